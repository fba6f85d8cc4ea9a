-- What stands out?
-- Grain: one row; what does not stand out, or has too few articles to say so, is NULL or 0.
with ranked_providers as (
    select
        max(case when article_rank = 1 then provider_domain end) as provider_domain,
        max(case when article_rank = 1 then article_count end) as article_count,
        max(case when article_rank = 1 then article_share end) as article_share,
        coalesce(max(case when article_rank = 2 then article_count end), 0) as next_count,
    from provider_summary
),

-- The largest is told where the next differs by more than twice the error of two counts.
top_provider as (
    select
        ranked_providers.provider_domain,
        max(ranked_providers.article_count) as article_count,
        max(ranked_providers.article_share) as article_share,
        max(provider_publishers.publisher_count) as publisher_count,
    from ranked_providers
    inner join provider_publishers
        on ranked_providers.provider_domain = provider_publishers.provider_domain
    where
        ranked_providers.article_count >= 30
        and ranked_providers.article_count - ranked_providers.next_count
        >= 2 * sqrt(ranked_providers.article_count + ranked_providers.next_count)
    group by ranked_providers.provider_domain
),

breaks as (
    select
        count(distinct month) as break_month_count,
        min(month) as first_break_month,
        max(month) as last_break_month,
    from series_breaks
    where is_break
),

top_topic as (
    select
        topic,
        article_count,
        peak_month,
    from topic_summary
    where is_peak_supported and not peak_month_is_break and not is_universal
    order by article_count desc, topic asc
    limit 1
),

ranked_stories as (
    select
        story_id,
        title,
        article_count,
        provider_count,
        first_published_at,
        max(article_count) over (
            order by article_count desc, story_id asc rows between 1 following and 1 following
        ) as next_count,
        row_number() over (order by article_count desc, story_id asc) as place,
    from stories
),

top_story as (
    select
        story_id,
        title,
        article_count,
        provider_count,
        first_published_at,
    from ranked_stories
    where place = 1 and article_count >= 5 and article_count > coalesce(next_count, 0)
),

firsts as (
    select
        count(*) filter (where is_supported and first_ratio_low > 1) as leading_provider_count,
        max(case when rank = 1 and first_ratio_low > 1 then provider_domain end) as leader,
        max(case when rank = 1 and first_ratio_low > 1 then first_count end) as first_count,
        max(case when rank = 1 and first_ratio_low > 1 then expected_first_count end)
            as expected_first_count,
    from provider_timeliness
),

lists as (
    select
        sum(resolved_mention_count) as resolved_mention_count,
        sum(resolved_mention_count * reciprocity) / nullif(sum(resolved_mention_count), 0)
            as reciprocity,
    from provider_links
),

copies as (
    select
        count(*) as copied_text_count,
        max(provider_count) as most_copied_provider_count,
    from syndication
),

repeats as (
    select count(*) as repeat_count,
    from duplicate_articles
),

factors as (
    select
        factor,
        level,
        adjusted_difference,
        adjusted_low,
        adjusted_high,
    from quality_factors
    where is_supported
    order by abs(adjusted_difference) desc, factor asc, level asc
    limit 1
),

times as (
    select count(*) filter (where published_precision <> 'time') as untimed_count,
    from articles
)

select
    top_provider.provider_domain as top_provider,
    cast(top_provider.article_count as bigint) as top_provider_article_count,
    top_provider.article_share as top_provider_share,
    cast(top_provider.publisher_count as bigint) as top_provider_publisher_count,
    breaks.break_month_count,
    breaks.first_break_month,
    breaks.last_break_month,
    top_topic.topic as top_topic,
    top_topic.peak_month as top_topic_month,
    top_story.title as top_story_title,
    cast(top_story.article_count as bigint) as top_story_article_count,
    cast(top_story.provider_count as bigint) as top_story_provider_count,
    top_story.first_published_at as top_story_published_at,
    firsts.leading_provider_count,
    firsts.leader,
    firsts.first_count,
    firsts.expected_first_count,
    case when lists.resolved_mention_count >= 30 then lists.reciprocity end as reciprocity,
    copies.copied_text_count,
    cast(copies.most_copied_provider_count as bigint) as most_copied_provider_count,
    repeats.repeat_count,
    factors.factor,
    factors.level,
    factors.adjusted_difference,
    factors.adjusted_low,
    factors.adjusted_high,
    times.untimed_count,
from breaks
cross join firsts
cross join lists
cross join copies
cross join repeats
cross join times
left join top_provider on true
left join top_topic on true
left join top_story on true
left join factors on true
order by breaks.break_month_count
