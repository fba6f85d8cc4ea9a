-- Which two articles may report the same happening, and what says so?
-- Grain: one pair of articles, a before b: the kind of its evidence, by rank (1 equal URL, 2 copy,
-- 3 listed and alike in words, 4 alike in words), and its similarity, in millionths of a whole.
-- Made once, as a temporary table: it is read again in every round of the merging.
with listed_pairs as (
    select
        least(listing.n, listed.n) as a,
        greatest(listing.n, listed.n) as b,
    from related_items
    inner join article_numbers as listing on related_items.article_id = listing.article_id
    inner join article_numbers as listed on related_items.related_article_id = listed.article_id
    group by least(listing.n, listed.n), greatest(listing.n, listed.n)
),

repeated_urls as (
    select
        canonical_url,
        min(n) as first_n,
    from article_numbers
    where canonical_url is not null
    group by canonical_url
    having count(*) > 1
),

-- Kinds are ranked: of several that join a pair, the first counts.
evidence_pairs as (
    select
        repeated_urls.first_n as a,
        article_numbers.n as b,
        1 as kind_rank,
        1000000 as similarity,
    from article_numbers
    inner join repeated_urls on article_numbers.canonical_url = repeated_urls.canonical_url
    where article_numbers.n > repeated_urls.first_n
    union all
    select
        firsts.n as a,
        copies.n as b,
        2 as kind_rank,
        -- Of two equally long lists, J in a Jaccard index are 2J / (1 + J) in a cosine.
        cast(
            floor(0.5 + 2000000 * copy_articles.similarity / (1 + copy_articles.similarity))
            as bigint
        ) as similarity,
    from copy_articles
    inner join article_numbers as firsts on copy_articles.copy_id = firsts.article_id
    inner join article_numbers as copies on copy_articles.article_id = copies.article_id
    where copies.n > firsts.n
    union all
    select
        similar_texts.a,
        similar_texts.b,
        case when listed_pairs.a is null then 4 else 3 end as kind_rank,
        -- A listing is worth a twentieth, less with the days between, as the words are.
        similar_texts.similarity + case
            when listed_pairs.a is null then 0
            else cast(
                floor(0.5 + 50000 * (1 - cast(similar_texts.lag_seconds as double) / 604800))
                as bigint
            )
        end as similarity,
    from similar_texts
    left join listed_pairs on similar_texts.a = listed_pairs.a and similar_texts.b = listed_pairs.b
)

select
    a,
    b,
    min(kind_rank) as kind_rank,
    cast(least(max(similarity), 1000000) as bigint) as similarity,
from evidence_pairs
group by a, b
