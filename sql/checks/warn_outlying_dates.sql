-- An article dated more than a year after nearly all others is most often a wrong year; it
-- stretches every calendar.
-- Consequence: All calendars run on to that date, with empty months.
-- Cure: Correct publishedDateTime in the raw file of the article.
with date_limits as (
    select
        quantile_cont(date_diff('day', date '1970-01-01', published_date), 0.99)
        + 366 as last_likely_day,
    from articles
)

select
    'articles' as relation,
    articles.article_id as key_value,
    'published_at is more than a year after 99 % of the articles' as problem,
from articles
cross join date_limits
where date_diff('day', date '1970-01-01', articles.published_date) > date_limits.last_likely_day
order by articles.article_id
