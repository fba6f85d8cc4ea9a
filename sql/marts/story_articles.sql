-- Which articles report the same happening, and what joined each of them to it?
-- Grain: one article, in its story.
-- Pairs of articles that are alike are merged by rounds: each story finds the other that it is
-- likest, by the cosine of the two (the similarities between them over the root of those within
-- them); two that find each other merge, and so do those that find one of such two. A story spans
-- at most 14 days.
with recursive listed_pairs as (
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
),

pairs as (
    select
        a,
        b,
        min(kind_rank) as kind_rank,
        cast(least(max(similarity), 1000000) as bigint) as similarity,
    from evidence_pairs
    group by a, b
),

pair_ends as (
    select a as n from pairs
    union
    select b as n from pairs
),

members (n, story_n, round) using key (n) as (
    select
        pair_ends.n,
        pair_ends.n as story_n,
        0 as round,
    from pair_ends
    union
    (
        with links as (
            select
                least(members_a.story_n, members_b.story_n) as a,
                greatest(members_a.story_n, members_b.story_n) as b,
                sum(pairs.similarity) as strength,
            from pairs
            inner join recurring.members as members_a on pairs.a = members_a.n
            inner join recurring.members as members_b on pairs.b = members_b.n
            group by
                least(members_a.story_n, members_b.story_n),
                greatest(members_a.story_n, members_b.story_n)
        ),

        sizes as (
            select
                former.story_n,
                count(*) as article_count,
                min(article_numbers.published_second) as first_second,
                max(article_numbers.published_second) as last_second,
            from recurring.members as former
            inner join article_numbers on former.n = article_numbers.n
            group by former.story_n
        ),

        merged_stories as (
            select
                sizes.story_n,
                sizes.first_second,
                sizes.last_second,
                1000000 * sizes.article_count + 2 * coalesce(links.strength, 0) as strength,
            from sizes
            left join links on sizes.story_n = links.a and sizes.story_n = links.b
        ),

        cosines as (
            select
                links.a,
                links.b,
                cast(
                    floor(
                        0.5 + 1000000 * (
                            cast(links.strength as double)
                            / sqrt(cast(stories_a.strength as double) * stories_b.strength)
                        )
                    ) as bigint
                ) as cosine,
            from links
            inner join merged_stories as stories_a on links.a = stories_a.story_n
            inner join merged_stories as stories_b on links.b = stories_b.story_n
            where
                links.a < links.b
                and greatest(stories_a.last_second, stories_b.last_second)
                - least(stories_a.first_second, stories_b.first_second) <= 1209600
        ),

        neighbours as (
            select
                a as story_n,
                b as neighbour_n,
                cosine,
            from cosines
            where cosine >= 250000
            union all
            select
                b as story_n,
                a as neighbour_n,
                cosine,
            from cosines
            where cosine >= 250000
        ),

        ranked_neighbours as (
            select
                story_n,
                neighbour_n,
                row_number() over (
                    partition by story_n order by cosine desc, neighbour_n asc
                ) as neighbour_rank,
            from neighbours
        ),

        nearest as (
            select
                story_n,
                neighbour_n,
            from ranked_neighbours
            where neighbour_rank = 1
        ),

        mutual as (
            select
                here.story_n,
                least(here.story_n, here.neighbour_n) as merged_n,
            from nearest as here
            inner join nearest as there
                on here.neighbour_n = there.story_n and there.neighbour_n = here.story_n
        ),

        joining as (
            select
                nearest.story_n,
                mutual.merged_n,
            from nearest
            inner join mutual on nearest.neighbour_n = mutual.story_n
        ),

        long_merges as (
            select joining.merged_n,
            from joining
            inner join merged_stories on joining.story_n = merged_stories.story_n
            group by joining.merged_n
            having max(merged_stories.last_second) - min(merged_stories.first_second)
            > 1209600
        ),

        -- Where all together would be too long, only the two that find each other merge.
        merges as (
            select
                joining.story_n,
                joining.merged_n,
            from joining
            left join long_merges on joining.merged_n = long_merges.merged_n
            left join mutual on joining.story_n = mutual.story_n
            where
                joining.story_n <> joining.merged_n
                and (long_merges.merged_n is null or mutual.story_n is not null)
        )

        select
            former.n,
            merges.merged_n as story_n,
            former.round + 1 as round,
        from recurring.members as former
        inner join merges on former.story_n = merges.story_n
    )
),

story_numbers as (
    select
        article_numbers.n,
        article_numbers.article_id,
        article_numbers.published_at,
        article_numbers.published_second,
        coalesce(members.story_n, article_numbers.n) as merged_n,
    from article_numbers
    left join members on article_numbers.n = members.n
),

firsts as (
    select
        merged_n,
        min(n) as first_n,
    from story_numbers
    group by merged_n
),

ties as (
    select
        merged_n,
        published_at,
    from story_numbers
    group by merged_n, published_at
    having count(*) > 1
),

joined_pairs as (
    select
        pairs.a,
        pairs.b,
        pairs.kind_rank,
        pairs.similarity,
    from pairs
    inner join story_numbers as story_a on pairs.a = story_a.n
    inner join story_numbers as story_b on pairs.b = story_b.n
    where story_a.merged_n = story_b.merged_n
),

joins as (
    select
        a as n,
        b as joined_n,
        kind_rank,
        similarity,
    from joined_pairs
    union all
    select
        b as n,
        a as joined_n,
        kind_rank,
        similarity,
    from joined_pairs
),

ranked_joins as (
    select
        n,
        joined_n,
        kind_rank,
        similarity,
        row_number() over (
            partition by n order by kind_rank <= 2 desc, similarity desc, joined_n asc
        ) as join_rank,
    from joins
)

select
    first_articles.article_id as story_id,
    story_numbers.article_id,
    cast(
        row_number() over (partition by story_numbers.merged_n order by story_numbers.n) as bigint
    ) as position,
    ties.merged_n is not null as is_position_tied,
    cast(story_numbers.published_second - first_articles.published_second as double)
    / 3600 as lag_hours,
    joined_articles.article_id as joined_to_article_id,
    case ranked_joins.kind_rank
        when 1 then 'same_url'
        when 2 then 'copy'
        when 3 then 'related'
        when 4 then 'text'
    end as evidence,
    cast(ranked_joins.similarity as double) / 1000000 as similarity,
from story_numbers
inner join firsts on story_numbers.merged_n = firsts.merged_n
inner join article_numbers as first_articles on firsts.first_n = first_articles.n
left join ties
    on story_numbers.merged_n = ties.merged_n and story_numbers.published_at = ties.published_at
left join ranked_joins on story_numbers.n = ranked_joins.n and ranked_joins.join_rank = 1
left join article_numbers as joined_articles on ranked_joins.joined_n = joined_articles.n
order by story_id, story_numbers.article_id
