-- How much is in this build?
-- Grain: one row.
-- Odd but fast: DuckDB tries the orders of cross joins, but takes left joins as they stand.
with file_counts as (
    select
        count(*) as file_count,
        count(*) filter (where status = 'loaded') as loaded_count,
        count(*) filter (where status = 'skipped') as skipped_count,
        count(*) filter (where status = 'rejected') as rejected_count,
    from files
),

article_counts as (
    select
        count(*) as article_count,
        count(quality) as rated_count,
        avg(quality) as avg_quality,
    from articles
),

mention_counts as (
    select
        count(*) as mention_count,
        count(related_article_id) as resolved_count,
    from related_items
),

provider_counts as (
    select
        count(*) as provider_count,
        count(*) filter (where article_count > 0) as publishing_count,
    from providers
),

story_counts as (
    select count(*) filter (where article_count > 1) as story_count,
    from stories
),

topic_counts as (
    select count(*) as topic_count,
    from topics
),

link_counts as (
    select
        sum(resolved_mention_count * reciprocity) / nullif(sum(resolved_mention_count), 0)
            as reciprocity,
        count(*) filter (where has_direction) as direction_count,
    from provider_links
),

first_counts as (
    select
        count(first_ratio) as tested_provider_count,
        count(rank) as supported_provider_count,
    from provider_timeliness
),

page_counts as (
    select count(*) as page_count,
    from pages
)

select
    file_counts.file_count,
    file_counts.loaded_count,
    file_counts.skipped_count,
    file_counts.rejected_count,
    article_counts.article_count,
    article_counts.rated_count,
    article_counts.avg_quality,
    mention_counts.mention_count,
    mention_counts.resolved_count,
    provider_counts.provider_count,
    provider_counts.publishing_count,
    story_counts.story_count,
    topic_counts.topic_count,
    page_counts.page_count,
    link_counts.reciprocity,
    link_counts.direction_count,
    first_counts.tested_provider_count,
    first_counts.supported_provider_count,
from file_counts
left join article_counts on true
left join mention_counts on true
left join provider_counts on true
left join story_counts on true
left join topic_counts on true
left join page_counts on true
left join link_counts on true
left join first_counts on true
order by file_counts.file_count
