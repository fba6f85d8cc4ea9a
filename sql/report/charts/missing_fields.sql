-- Which fields do articles lack?
-- Grain: one article that lacks a field; `missing` is that of `explorer/articles.sql`, so that the
-- page holds it once.
with lacking as (
    select
        article_id,
        published_date,
        concat_ws(
            ' ',
            case when collection is null then 'collection' end,
            case when type is null then 'type' end,
            case when excerpt is null then 'excerpt' end,
            case when updated_at is null then 'updated_at' end,
            case when web_url is null then 'web_url' end,
            case when original_url is null then 'original_url' end,
            case when amp_url is null then 'amp_url' end,
            case when cdn_amp_url is null then 'cdn_amp_url' end,
            case when provider_name is null then 'provider_name' end,
            case when quality is null then 'quality' end,
            case when heat is null then 'heat' end,
            case when is_published is null then 'is_published' end,
            case when is_removed is null then 'is_removed' end,
            case when body_text is null then 'body_text' end,
            case when image_count is null then 'image_count' end,
            case when related_count is null then 'related_count' end,
            case when topic_count is null then 'topic_count' end,
            case when has_amp is null then 'has_amp' end,
            case when has_featured_content is null then 'has_featured_content' end,
            case when extra is null then 'extra' end
        ) as missing,
    from articles
)

select
    article_id,
    missing,
from lacking
where missing <> ''
order by published_date, article_id
