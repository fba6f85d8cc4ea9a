-- Every DOUBLE is finite, every share and rate lies within 0 and 1, every count is 0 or more and
-- every position and rank 1 or more. NaN sorts above all numbers, so a range finds it too.
with offenders as (
    select
        'article_topics' as relation,
        concat_ws(' ', article_id, topic) as key_value,
    from article_topics
    where topic_position < 1
    union all
    select
        'articles' as relation,
        article_id as key_value,
    from articles
    where
        topic_count < 0
        or image_count < 0
        or related_count < 0
        or body_word_count < 0
    union all
    select
        'files' as relation,
        source_path as key_value,
    from files
    where bytes < 0
    union all
    select
        'images' as relation,
        image_id as key_value,
    from images
    where
        related_position < 1
        or image_position < 1
        or aspect_ratio not between -1e300 and 1e300
        or megapixels not between -1e300 and 1e300
    union all
    select
        'page_paragraphs' as relation,
        concat_ws(' ', page_id, cast(paragraph_position as varchar)) as key_value,
    from page_paragraphs
    where
        paragraph_position < 1
        or word_count < 0
    union all
    select
        'pages' as relation,
        page_id as key_value,
    from pages
    where
        paragraph_count < 0
        or word_count < 0
        or quote_count < 0
    union all
    select
        'provider_names' as relation,
        concat_ws(' ', provider_domain, provider_name) as key_value,
    from provider_names
    where
        article_count < 0
        or mention_count < 0
    union all
    select
        'providers' as relation,
        provider_domain as key_value,
    from providers
    where
        name_count < 0
        or article_count < 0
        or mention_count < 0
    union all
    select
        'rejects' as relation,
        concat_ws(' ', source_path, cast(problem_number as varchar)) as key_value,
    from rejects
    where problem_number < 1
    union all
    select
        'related_items' as relation,
        concat_ws(' ', article_id, cast(related_position as varchar)) as key_value,
    from related_items
    where
        related_position < 1
        or image_count < 0
        or lag_hours not between -1e300 and 1e300
    union all
    select
        'topics' as relation,
        topic as key_value,
    from topics
    where article_count < 0
    union all
    select
        'daily_coverage' as relation,
        cast(date as varchar) as key_value,
    from daily_coverage
    where
        article_count < 0
        or provider_count < 0
        or moving_average_7 not between -1e300 and 1e300
    union all
    select
        'data_completeness' as relation,
        concat_ws(' ', table_name, column_name) as key_value,
    from data_completeness
    where
        row_count < 0
        or filled_count < 0
        or fill_rate not between 0 and 1
        or distinct_count < 0
    union all
    select
        'image_hosts' as relation,
        concat_ws(' ', host, owner) as key_value,
    from image_hosts
    where
        image_count < 0
        or cached_rate not between 0 and 1
        or known_cached_count < 0
        or sized_image_count < 0
        or width_count < 0
        or median_width not between -1e300 and 1e300
        or height_count < 0
        or median_height not between -1e300 and 1e300
    union all
    select
        'page_links' as relation,
        concat_ws(' ', page_id, cast(rank as varchar)) as key_value,
    from page_links
    where
        rank < 1
        or related_position < 1
        or score not between 0 and 1
        or word_score not between 0 and 1
        or date_score not between 0 and 1
        or provider_score not between 0 and 1
        or matched_term_count < 0
    union all
    select
        'page_mentions' as relation,
        concat_ws(' ', page_id, kind, value) as key_value,
    from page_mentions
    where mention_count < 1 or first_paragraph < 1
    union all
    select
        'provider_links' as relation,
        concat_ws(' ', from_domain, to_domain) as key_value,
    from provider_links
    where
        mention_count < 0
        or citing_article_count < 0
        or distinct_related_count < 0
        or mention_share not between 0 and 1
        or lift not between -1e300 and 1e300
    union all
    select
        'provider_monthly' as relation,
        concat_ws(' ', provider_domain, cast(month as varchar)) as key_value,
    from provider_monthly
    where
        article_count < 0
        or rated_article_count < 0
        or avg_quality not between -1e300 and 1e300
        or article_share not between 0 and 1
    union all
    select
        'provider_publishers' as relation,
        concat_ws(' ', provider_domain, provider_name) as key_value,
    from provider_publishers
    where
        publisher_count < 0
        or article_count < 0
        or mention_count < 0
        or distinct_related_count < 0
        or citing_article_count < 0
        or avg_quality not between -1e300 and 1e300
        or median_quality not between -1e300 and 1e300
        or p10_quality not between -1e300 and 1e300
        or p90_quality not between -1e300 and 1e300
        or avg_heat not between -1e300 and 1e300
        or rated_article_count < 0
        or measured_article_count < 0
        or image_rate not between 0 and 1
        or amp_rate not between 0 and 1
        or video_rate not between 0 and 1
        or published_rate not between 0 and 1
        or known_published_count < 0
        or topic_count < 0
        or article_share not between 0 and 1
        or domain_article_share not between 0 and 1
        or article_rank < 1
    union all
    select
        'provider_summary' as relation,
        provider_domain as key_value,
    from provider_summary
    where
        article_count < 0
        or mention_count < 0
        or distinct_related_count < 0
        or citing_article_count < 0
        or avg_quality not between -1e300 and 1e300
        or median_quality not between -1e300 and 1e300
        or p10_quality not between -1e300 and 1e300
        or p90_quality not between -1e300 and 1e300
        or avg_heat not between -1e300 and 1e300
        or rated_article_count < 0
        or measured_article_count < 0
        or image_rate not between 0 and 1
        or amp_rate not between 0 and 1
        or video_rate not between 0 and 1
        or published_rate not between 0 and 1
        or known_published_count < 0
        or topic_count < 0
        or article_share not between 0 and 1
        or article_rank < 1
    union all
    select
        'provider_timeliness' as relation,
        provider_domain as key_value,
    from provider_timeliness
    where
        story_count < 0
        or first_count < 0
        or first_rate not between 0 and 1
        or tied_first_count < 0
        or median_lag_hours not between -1e300 and 1e300
    union all
    select
        'quality_distribution' as relation,
        concat_ws(' ', role, type, cast(quality_bucket as varchar)) as key_value,
    from quality_distribution
    where
        item_count < 0
        or distinct_count < 0
        or rated_item_count < 0
        or item_share not between 0 and 1
        or cumulative_share not between 0 and 1
    union all
    select
        'quality_factors' as relation,
        concat_ws(' ', factor, level) as key_value,
    from quality_factors
    where
        article_count < 0
        or rated_article_count < 0
        or avg_quality not between -1e300 and 1e300
        or quality_difference not between -1e300 and 1e300
        or difference_low not between -1e300 and 1e300
        or difference_high not between -1e300 and 1e300
    union all
    select
        'quality_monthly' as relation,
        cast(month as varchar) as key_value,
    from quality_monthly
    where
        article_count < 0
        or rated_article_count < 0
        or avg_quality not between -1e300 and 1e300
        or median_quality not between -1e300 and 1e300
        or p10_quality not between -1e300 and 1e300
        or p90_quality not between -1e300 and 1e300
        or avg_heat not between -1e300 and 1e300
        or measured_article_count < 0
    union all
    select
        'stories' as relation,
        story_id as key_value,
    from stories
    where
        article_count < 0
        or provider_count < 0
        or span_hours not between -1e300 and 1e300
        or syndicated_share not between 0 and 1
    union all
    select
        'story_articles' as relation,
        concat_ws(' ', story_id, article_id) as key_value,
    from story_articles
    where
        position < 1
        or lag_hours not between -1e300 and 1e300
    union all
    select
        'syndication' as relation,
        canonical_title as key_value,
    from syndication
    where
        provider_count < 0
        or article_count < 0
        or span_hours not between -1e300 and 1e300
    union all
    select
        'topic_monthly' as relation,
        concat_ws(' ', topic, cast(month as varchar)) as key_value,
    from topic_monthly
    where
        article_count < 0
        or article_share not between 0 and 1
        or moving_average_3 not between -1e300 and 1e300
        or growth_rate not between -1e300 and 1e300
    union all
    select
        'topic_pairs' as relation,
        concat_ws(' ', topic_a, topic_b) as key_value,
    from topic_pairs
    where
        article_count < 0
        or support not between 0 and 1
        or jaccard not between 0 and 1
        or lift not between -1e300 and 1e300
        or npmi not between -1.000000001 and 1.000000001
    union all
    select
        'topic_providers' as relation,
        concat_ws(' ', topic, provider_domain) as key_value,
    from topic_providers
    where
        article_count < 0
        or share_of_topic not between 0 and 1
        or share_of_provider not between 0 and 1
        or lift not between -1e300 and 1e300
    union all
    select
        'topic_summary' as relation,
        topic as key_value,
    from topic_summary
    where
        article_count < 0
        or provider_count < 0
        or rated_article_count < 0
        or avg_quality not between -1e300 and 1e300
        or median_quality not between -1e300 and 1e300
        or avg_heat not between -1e300 and 1e300
        or measured_article_count < 0
        or article_share not between 0 and 1
        or provider_concentration not between 0 and 1
)

select
    relation,
    key_value,
    'a number is not finite or out of its range' as problem,
from offenders
order by relation, key_value
