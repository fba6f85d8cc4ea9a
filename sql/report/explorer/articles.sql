-- Which articles can be looked into on the page?
-- Grain: one article, at most 100,000, of which at most 25,000 with title and addresses: those
-- whose names, which are digests, come first. That is a sample without regard to what they hold.
-- `minute_of_day` counts, in UTC, from the start of published_date, which is the day of another
-- zone where one is configured.
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
                date_diff(
                    'day', articles.published_date, cast(articles.published_at as date)
                ) * 1440
                + extract(hour from articles.published_at) * 60
                + extract(minute from articles.published_at)
    end as minute_of_day,
    articles.provider_domain,
    articles.type,
    articles.quality,
    articles.related_count,
    case when stories.article_count > 1 then stories.story_id end as story_id,
    concat_ws(
        ' ',
        case when articles.collection is null then 'collection' end,
        case when articles.type is null then 'type' end,
        case when articles.excerpt is null then 'excerpt' end,
        case when articles.updated_at is null then 'updated_at' end,
        case when articles.web_url is null then 'web_url' end,
        case when articles.original_url is null then 'original_url' end,
        case when articles.amp_url is null then 'amp_url' end,
        case when articles.cdn_amp_url is null then 'cdn_amp_url' end,
        case when articles.provider_name is null then 'provider_name' end,
        case when articles.quality is null then 'quality' end,
        case when articles.heat is null then 'heat' end,
        case when articles.is_published is null then 'is_published' end,
        case when articles.is_removed is null then 'is_removed' end,
        case when articles.body_text is null then 'body_text' end,
        case when articles.image_count is null then 'image_count' end,
        case when articles.related_count is null then 'related_count' end,
        case when articles.topic_count is null then 'topic_count' end,
        case when articles.has_amp is null then 'has_amp' end,
        case when articles.has_featured_content is null then 'has_featured_content' end,
        case when articles.extra is null then 'extra' end
    ) as missing,
    case when ranked.place <= 25000 then left(articles.title, 300) end as title,
    case when ranked.place <= 25000 then left(articles.url, 1000) end as url,
    case when ranked.place <= 25000 then articles.source_path end as source_path,
from articles
inner join ranked on articles.article_id = ranked.article_id
inner join story_articles on articles.article_id = story_articles.article_id
inner join stories on story_articles.story_id = stories.story_id
where ranked.place <= 100000
order by articles.published_date, articles.article_id
