-- Which articles have a level of a factor of quality?
-- Grain: one article, one factor and its level, as quality_factors defines it.
with article_factors as (
    select
        article_id,
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
)

select
    article_factors.article_id,
    factors.factor,
    case factors.factor
        when 'has_amp' then article_factors.has_amp
        when 'has_excerpt' then article_factors.has_excerpt
        when 'has_image' then article_factors.has_image
        when 'related_count' then article_factors.related_count
        when 'title_length' then article_factors.title_length
        when 'topic_count' then article_factors.topic_count
        when 'type' then article_factors.type
        when 'weekday' then article_factors.weekday
    end as level,
from article_factors
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
