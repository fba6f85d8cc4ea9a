-- An article that was changed before it was published has a wrong date.
-- Consequence: Differences of the two times are negative, and one of the dates is wrong.
-- Cure: Correct publishedDateTime or updatedDateTime in the raw file.
select
    'articles' as relation,
    article_id as key_value,
    'updated_at is before published_at' as problem,
from articles
where updated_at < published_at
order by article_id
