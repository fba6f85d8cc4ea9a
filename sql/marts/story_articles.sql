-- Which articles report the same happening, and what joined each of them to it?
-- Grain: one article, in its story.
with story_numbers as (
    select
        article_numbers.n,
        article_numbers.article_id,
        article_numbers.published_at,
        article_numbers.published_second,
        coalesce(merged_articles.merged_n, article_numbers.n) as merged_n,
    from article_numbers
    left join merged_articles on article_numbers.n = merged_articles.n
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
        story_pairs.a,
        story_pairs.b,
        story_pairs.kind_rank,
        story_pairs.similarity,
    from story_pairs
    inner join story_numbers as story_a on story_pairs.a = story_a.n
    inner join story_numbers as story_b on story_pairs.b = story_b.n
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
