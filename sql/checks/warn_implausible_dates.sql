-- An article 150 years from the day in the middle of all articles is on no calendar.
-- Consequence: The article is in the tables and in no calendar, so that months and days add up to
-- less.
-- Cure: Correct publishedDateTime in its raw file.
select
    'articles' as relation,
    articles.article_id as key_value,
    'published_at is more than 150 years from the middle of the archive' as problem,
from articles
left join daily_coverage on articles.published_date = daily_coverage.date
where daily_coverage.date is null
order by articles.article_id
