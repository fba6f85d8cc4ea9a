-- Which properties go with a higher or lower quality, and is the difference more than chance?
-- Grain: one factor and one of its levels. Every article is in exactly one level of each factor.
-- Odd but exact: variances come from sums of integers, n * sum(q * q) - sum(q) * sum(q), so that no
-- rounding depends on the order of rows.
with article_factors as (
    select
        cast(quality as bigint) as quality,
        case when image_count > 0 then 'yes' else 'no' end as has_image,
        case when has_amp then 'yes' else 'no' end as has_amp,
        case when excerpt is not null then 'yes' else 'no' end as has_excerpt,
        coalesce(type, 'unknown') as type,
        case
            when topic_count = 0 then '0'
            when topic_count = 1 then '1'
            else '2 and more'
        end as topic_count,
        case
            when related_count = 0 then '00'
            when related_count < 10 then '01 to 09'
            when related_count < 30 then '10 to 29'
            else '30 and more'
        end as related_count,
        case
            when length(title) < 40 then '000 to 039 characters'
            when length(title) < 70 then '040 to 069 characters'
            when length(title) < 100 then '070 to 099 characters'
            else '100 characters and more'
        end as title_length,
        -- The second remainder keeps days before 1970 in 0 to 6.
        case (date_diff('day', date '1970-01-05', published_date) % 7 + 7) % 7
            when 0 then '1 Monday'
            when 1 then '2 Tuesday'
            when 2 then '3 Wednesday'
            when 3 then '4 Thursday'
            when 4 then '5 Friday'
            when 5 then '6 Saturday'
            when 6 then '7 Sunday'
        end as weekday,
    from articles
),

-- Articles alike in every factor are summed first; there are few kinds of them.
kinds as (
    select
        has_amp,
        has_excerpt,
        has_image,
        related_count,
        title_length,
        topic_count,
        type,
        weekday,
        count(*) as article_count,
        count(quality) as n,
        sum(quality) as total,
        sum(quality * quality) as squares,
    from article_factors
    group by
        has_amp,
        has_excerpt,
        has_image,
        related_count,
        title_length,
        topic_count,
        type,
        weekday
),

kind_levels as (
    select
        factors.factor,
        case factors.factor
            when 'has_amp' then kinds.has_amp
            when 'has_excerpt' then kinds.has_excerpt
            when 'has_image' then kinds.has_image
            when 'related_count' then kinds.related_count
            when 'title_length' then kinds.title_length
            when 'topic_count' then kinds.topic_count
            when 'type' then kinds.type
            when 'weekday' then kinds.weekday
        end as level,
        kinds.article_count,
        kinds.n,
        kinds.total,
        kinds.squares,
    from kinds
    cross join (
        values
        ('has_amp'),
        ('has_excerpt'),
        ('has_image'),
        ('related_count'),
        ('title_length'),
        ('topic_count'),
        ('type'),
        ('weekday')
    ) as factors (factor)
),

level_sums as (
    select
        factor,
        level,
        sum(article_count) as article_count,
        sum(n) as n,
        sum(total) as total,
        sum(squares) as squares,
    from kind_levels
    group by factor, level
),

-- The rest is every article outside the level: level and rest are independent of each other, level
-- and whole are not.
level_and_rest as (
    select
        factor,
        level,
        article_count,
        n,
        total,
        squares,
        sum(n) over (partition by factor) as all_n,
        sum(total) over (partition by factor) as all_total,
        sum(n) over (partition by factor) - n as rest_n,
        sum(total) over (partition by factor) - total as rest_total,
        sum(squares) over (partition by factor) - squares as rest_squares,
    from level_sums
),

level_measures as (
    select
        factor,
        level,
        article_count,
        n,
        cast(total as double) / nullif(n, 0) as avg_quality,
        cast(all_total as double) / nullif(cast(all_n as double), 0) as avg_quality_all,
        cast(rest_n as double) / nullif(cast(all_n as double), 0) as rest_share,
        case
            when n > 1
                then
                    cast(n * squares - total * total as double)
                    / (cast(n as double) * n * (n - 1))
        end as level_variance,
        case
            when rest_n > 1
                then
                    cast(rest_n * rest_squares - rest_total * rest_total as double)
                    / (cast(rest_n as double) * rest_n * (cast(rest_n as double) - 1))
        end as rest_variance,
    from level_and_rest
),

level_differences as (
    select
        factor,
        level,
        article_count,
        n,
        avg_quality,
        avg_quality - avg_quality_all as quality_difference,
        1.96 * rest_share * sqrt(level_variance + rest_variance) as margin,
    from level_measures
)

select
    factor,
    level,
    cast(article_count as bigint) as article_count,
    cast(n as bigint) as rated_article_count,
    cast(avg_quality as double) as avg_quality,
    cast(quality_difference as double) as quality_difference,
    cast(quality_difference - margin as double) as difference_low,
    cast(quality_difference + margin as double) as difference_high,
    n < 30 as is_small_group,
from level_differences
order by factor, level
