-- Which words tell an article from the others, and how much of it is each?
-- Grain: one article (n) and one word of its title or excerpt, at most 16 of them, the weightiest.
-- A word is its first six letters or digits, so that announced and announces are one. Its weight
-- is its rarity among the articles (inverse document frequency), as share of the title for 0.6
-- and of the excerpt's first 400 characters for 0.4; the weights of an article have the length
-- 10,000. All are whole numbers, so that sums do not depend on the order of the rows.
with texts as (
    select
        article_numbers.n,
        string_split(
            regexp_replace(lower(articles.title), '[^\p{L}\p{N}]+', ' ', 'g'), ' '
        ) as title_words,
        string_split(
            regexp_replace(lower(left(articles.excerpt, 400)), '[^\p{L}\p{N}]+', ' ', 'g'), ' '
        ) as excerpt_words,
    from article_numbers
    inner join articles on article_numbers.article_id = articles.article_id
),

words as (
    select
        n,
        true as is_title,
        left(unnest(title_words), 6) as word,
    from texts
    union all
    select
        n,
        false as is_title,
        left(unnest(excerpt_words), 6) as word,
    from texts
),

distinct_words as (
    select
        n,
        word,
        max(is_title) as is_in_title,
        min(is_title) as is_only_in_title,
    from words
    where word <> ''
    group by n, word
),

article_counts as (
    select count(*) as all_article_count,
    from articles
),

rarities as (
    select
        distinct_words.word,
        count(*) as article_count,
        cast(
            floor(
                0.5 + 1000 * ln(
                    cast(max(article_counts.all_article_count) + 1 as double)
                    / (cast(count(*) as double) + 0.5)
                )
            ) as integer
        ) as rarity,
    from distinct_words
    cross join article_counts
    group by distinct_words.word
),

rare_words as (
    select
        distinct_words.n,
        distinct_words.word,
        rarities.article_count,
        rarities.rarity,
        case when distinct_words.is_in_title then rarities.rarity else 0 end as title_rarity,
        case
            when distinct_words.is_only_in_title then 0 else rarities.rarity
        end as excerpt_rarity,
    from distinct_words
    inner join rarities on distinct_words.word = rarities.word
    where rarities.rarity > 0
),

text_lengths as (
    select
        n,
        sqrt(cast(sum(title_rarity * title_rarity) as double)) as title_length,
        sqrt(cast(sum(excerpt_rarity * excerpt_rarity) as double)) as excerpt_length,
    from rare_words
    group by n
),

shares as (
    select
        rare_words.n,
        rare_words.word,
        rare_words.article_count,
        cast(
            floor(
                0.5
                + 6000 * coalesce(rare_words.title_rarity / nullif(text_lengths.title_length, 0), 0)
                + 4000
                * coalesce(rare_words.excerpt_rarity / nullif(text_lengths.excerpt_length, 0), 0)
            ) as integer
        ) as share,
    from rare_words
    inner join text_lengths on rare_words.n = text_lengths.n
),

ranked_words as (
    select
        n,
        word,
        article_count,
        share,
        row_number() over (partition by n order by share desc, word asc) as word_rank,
    from shares
),

article_lengths as (
    select
        n,
        sqrt(cast(sum(share * share) as double)) as share_length,
    from ranked_words
    where word_rank <= 16
    group by n
)

select
    ranked_words.n,
    article_numbers.published_second,
    ranked_words.word,
    ranked_words.article_count,
    cast(
        floor(0.5 + 10000 * ranked_words.share / article_lengths.share_length) as integer
    ) as weight,
from ranked_words
inner join article_lengths on ranked_words.n = article_lengths.n
inner join article_numbers on ranked_words.n = article_numbers.n
where ranked_words.word_rank <= 16
