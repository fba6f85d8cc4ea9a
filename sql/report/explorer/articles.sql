-- Which articles can be looked into on the page?
-- Grain: one article, at most 100,000, of which at most 25,000 with title and addresses: those
-- whose names, which are digests, come first. That is a sample without regard to what they hold.
with ranked as (
    select
        article_id,
        row_number() over (order by split_part(article_id, '-', 2) asc, article_id asc) as place,
    from articles
)

select
    articles.article_id,
    articles.published_date,
    case
        when articles.published_precision = 'time'
            then
                extract(hour from articles.published_at) * 60
                + extract(minute from articles.published_at)
    end as minute_of_day,
    articles.provider_domain,
    articles.type,
    articles.quality,
    articles.related_count,
    case when stories.article_count > 1 then stories.story_id end as story_id,
    case when ranked.place <= 25000 then left(articles.title, 300) end as title,
    case when ranked.place <= 25000 then left(articles.url, 1000) end as url,
    case when ranked.place <= 25000 then articles.source_path end as source_path,
from articles
inner join ranked on articles.article_id = ranked.article_id
inner join story_articles on articles.article_id = story_articles.article_id
inner join stories on story_articles.story_id = stories.story_id
where ranked.place <= 100000
order by articles.published_date, articles.article_id
