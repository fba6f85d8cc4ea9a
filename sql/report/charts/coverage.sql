-- How many articles are there over time?
-- Grain: one article, in its day where the archive spans less than 120 days, else in its month.
with span as (
    select date_diff('day', min(published_date), max(published_date)) < 120 as is_daily,
    from articles
)

select
    articles.article_id,
    cast(
        case
            when span.is_daily then articles.published_date
            else date_trunc('month', articles.published_date)
        end as date
    ) as period,
    cast(
        case
            when span.is_daily then articles.published_date
            else
                date_trunc('month', articles.published_date)
                + interval 1 month - interval 1 day
        end as date
    ) as last_day,
    coalesce(daily_coverage.is_break, false) as is_break,
from articles
cross join span
left join daily_coverage on articles.published_date = daily_coverage.date
order by articles.published_date, articles.article_id
