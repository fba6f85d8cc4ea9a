-- Which articles does the similarity of their texts merge into one story?
-- Grain: one article (n) that is in a pair; merged_n is the number of its story.
-- Pairs of articles that are alike are merged by rounds: each story finds the other that it is
-- likest, by the cosine of the two (the similarities between them over the root of those within
-- them); two that find each other merge, and so do those that find one of such two. A story spans
-- at most 14 days.
-- Made once, as a temporary table: its rounds need much memory, which is free again afterwards.
with recursive pair_ends as (
    select a as n from story_pairs
    union
    select b as n from story_pairs
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
                sum(story_pairs.similarity) as strength,
            from story_pairs
            inner join recurring.members as members_a on story_pairs.a = members_a.n
            inner join recurring.members as members_b on story_pairs.b = members_b.n
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
)

select
    n,
    story_n as merged_n,
from members
