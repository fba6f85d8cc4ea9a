-- Every reference of a table or mart to another resolves.
with offenders as (
    select
        'article_topics' as relation,
        article_topics.article_id as key_value,
        'article_id is not in articles' as problem,
    from article_topics
    left join articles on article_topics.article_id = articles.article_id
    where article_topics.article_id is not null and articles.article_id is null
    union all
    select
        'article_topics' as relation,
        article_topics.topic as key_value,
        'topic is not in topics' as problem,
    from article_topics
    left join topics on article_topics.topic = topics.topic
    where article_topics.topic is not null and topics.topic is null
    union all
    select
        'articles' as relation,
        articles.source_path as key_value,
        'source_path is not in files' as problem,
    from articles
    left join files on articles.source_path = files.source_path
    where articles.source_path is not null and files.source_path is null
    union all
    select
        'articles' as relation,
        articles.provider_domain as key_value,
        'provider_domain is not in providers' as problem,
    from articles
    left join providers on articles.provider_domain = providers.provider_domain
    where articles.provider_domain is not null and providers.provider_domain is null
    union all
    select
        'images' as relation,
        images.article_id as key_value,
        'article_id is not in articles' as problem,
    from images
    left join articles on images.article_id = articles.article_id
    where images.article_id is not null and articles.article_id is null
    union all
    select
        'page_paragraphs' as relation,
        page_paragraphs.page_id as key_value,
        'page_id is not in pages' as problem,
    from page_paragraphs
    left join pages on page_paragraphs.page_id = pages.page_id
    where page_paragraphs.page_id is not null and pages.page_id is null
    union all
    select
        'pages' as relation,
        pages.source_path as key_value,
        'source_path is not in files' as problem,
    from pages
    left join files on pages.source_path = files.source_path
    where pages.source_path is not null and files.source_path is null
    union all
    select
        'provider_names' as relation,
        provider_names.provider_domain as key_value,
        'provider_domain is not in providers' as problem,
    from provider_names
    left join providers on provider_names.provider_domain = providers.provider_domain
    where provider_names.provider_domain is not null and providers.provider_domain is null
    union all
    select
        'rejects' as relation,
        rejects.source_path as key_value,
        'source_path is not in files' as problem,
    from rejects
    left join files on rejects.source_path = files.source_path
    where rejects.source_path is not null and files.source_path is null
    union all
    select
        'related_items' as relation,
        related_items.article_id as key_value,
        'article_id is not in articles' as problem,
    from related_items
    left join articles on related_items.article_id = articles.article_id
    where related_items.article_id is not null and articles.article_id is null
    union all
    select
        'related_items' as relation,
        related_items.provider_domain as key_value,
        'provider_domain is not in providers' as problem,
    from related_items
    left join providers on related_items.provider_domain = providers.provider_domain
    where related_items.provider_domain is not null and providers.provider_domain is null
    union all
    select
        'related_items' as relation,
        related_items.related_article_id as key_value,
        'related_article_id is not in articles' as problem,
    from related_items
    left join articles on related_items.related_article_id = articles.article_id
    where related_items.related_article_id is not null and articles.article_id is null
    union all
    select
        'page_links' as relation,
        page_links.page_id as key_value,
        'page_id is not in pages' as problem,
    from page_links
    left join pages on page_links.page_id = pages.page_id
    where page_links.page_id is not null and pages.page_id is null
    union all
    select
        'page_links' as relation,
        page_links.article_id as key_value,
        'article_id is not in articles' as problem,
    from page_links
    left join articles on page_links.article_id = articles.article_id
    where page_links.article_id is not null and articles.article_id is null
    union all
    select
        'page_links' as relation,
        page_links.listing_article_id as key_value,
        'listing_article_id is not in articles' as problem,
    from page_links
    left join articles on page_links.listing_article_id = articles.article_id
    where page_links.listing_article_id is not null and articles.article_id is null
    union all
    select
        'page_mentions' as relation,
        page_mentions.page_id as key_value,
        'page_id is not in pages' as problem,
    from page_mentions
    left join pages on page_mentions.page_id = pages.page_id
    where page_mentions.page_id is not null and pages.page_id is null
    union all
    select
        'provider_links' as relation,
        provider_links.from_domain as key_value,
        'from_domain is not in providers' as problem,
    from provider_links
    left join providers on provider_links.from_domain = providers.provider_domain
    where provider_links.from_domain is not null and providers.provider_domain is null
    union all
    select
        'provider_links' as relation,
        provider_links.to_domain as key_value,
        'to_domain is not in providers' as problem,
    from provider_links
    left join providers on provider_links.to_domain = providers.provider_domain
    where provider_links.to_domain is not null and providers.provider_domain is null
    union all
    select
        'provider_monthly' as relation,
        provider_monthly.provider_domain as key_value,
        'provider_domain is not in providers' as problem,
    from provider_monthly
    left join providers on provider_monthly.provider_domain = providers.provider_domain
    where provider_monthly.provider_domain is not null and providers.provider_domain is null
    union all
    select
        'provider_publishers' as relation,
        provider_publishers.provider_domain as key_value,
        'provider_domain is not in providers' as problem,
    from provider_publishers
    left join providers on provider_publishers.provider_domain = providers.provider_domain
    where provider_publishers.provider_domain is not null and providers.provider_domain is null
    union all
    select
        'provider_publishers' as relation,
        provider_publishers.top_topic as key_value,
        'top_topic is not in topics' as problem,
    from provider_publishers
    left join topics on provider_publishers.top_topic = topics.topic
    where provider_publishers.top_topic is not null and topics.topic is null
    union all
    select
        'provider_summary' as relation,
        provider_summary.provider_domain as key_value,
        'provider_domain is not in providers' as problem,
    from provider_summary
    left join providers on provider_summary.provider_domain = providers.provider_domain
    where provider_summary.provider_domain is not null and providers.provider_domain is null
    union all
    select
        'provider_summary' as relation,
        provider_summary.top_topic as key_value,
        'top_topic is not in topics' as problem,
    from provider_summary
    left join topics on provider_summary.top_topic = topics.topic
    where provider_summary.top_topic is not null and topics.topic is null
    union all
    select
        'provider_timeliness' as relation,
        provider_timeliness.provider_domain as key_value,
        'provider_domain is not in providers' as problem,
    from provider_timeliness
    left join providers on provider_timeliness.provider_domain = providers.provider_domain
    where provider_timeliness.provider_domain is not null and providers.provider_domain is null
    union all
    select
        'stories' as relation,
        stories.story_id as key_value,
        'story_id is not in articles' as problem,
    from stories
    left join articles on stories.story_id = articles.article_id
    where stories.story_id is not null and articles.article_id is null
    union all
    select
        'stories' as relation,
        stories.lead_article_id as key_value,
        'lead_article_id is not in articles' as problem,
    from stories
    left join articles on stories.lead_article_id = articles.article_id
    where stories.lead_article_id is not null and articles.article_id is null
    union all
    select
        'stories' as relation,
        stories.lead_provider as key_value,
        'lead_provider is not in providers' as problem,
    from stories
    left join providers on stories.lead_provider = providers.provider_domain
    where stories.lead_provider is not null and providers.provider_domain is null
    union all
    select
        'stories' as relation,
        stories.top_topic as key_value,
        'top_topic is not in topics' as problem,
    from stories
    left join topics on stories.top_topic = topics.topic
    where stories.top_topic is not null and topics.topic is null
    union all
    select
        'story_articles' as relation,
        story_articles.story_id as key_value,
        'story_id is not in articles' as problem,
    from story_articles
    left join articles on story_articles.story_id = articles.article_id
    where story_articles.story_id is not null and articles.article_id is null
    union all
    select
        'story_articles' as relation,
        story_articles.article_id as key_value,
        'article_id is not in articles' as problem,
    from story_articles
    left join articles on story_articles.article_id = articles.article_id
    where story_articles.article_id is not null and articles.article_id is null
    union all
    select
        'syndication' as relation,
        syndication.first_provider as key_value,
        'first_provider is not in providers' as problem,
    from syndication
    left join providers on syndication.first_provider = providers.provider_domain
    where syndication.first_provider is not null and providers.provider_domain is null
    union all
    select
        'topic_monthly' as relation,
        topic_monthly.topic as key_value,
        'topic is not in topics' as problem,
    from topic_monthly
    left join topics on topic_monthly.topic = topics.topic
    where topic_monthly.topic is not null and topics.topic is null
    union all
    select
        'topic_pairs' as relation,
        topic_pairs.topic_a as key_value,
        'topic_a is not in topics' as problem,
    from topic_pairs
    left join topics on topic_pairs.topic_a = topics.topic
    where topic_pairs.topic_a is not null and topics.topic is null
    union all
    select
        'topic_pairs' as relation,
        topic_pairs.topic_b as key_value,
        'topic_b is not in topics' as problem,
    from topic_pairs
    left join topics on topic_pairs.topic_b = topics.topic
    where topic_pairs.topic_b is not null and topics.topic is null
    union all
    select
        'topic_providers' as relation,
        topic_providers.topic as key_value,
        'topic is not in topics' as problem,
    from topic_providers
    left join topics on topic_providers.topic = topics.topic
    where topic_providers.topic is not null and topics.topic is null
    union all
    select
        'topic_providers' as relation,
        topic_providers.provider_domain as key_value,
        'provider_domain is not in providers' as problem,
    from topic_providers
    left join providers on topic_providers.provider_domain = providers.provider_domain
    where topic_providers.provider_domain is not null and providers.provider_domain is null
    union all
    select
        'topic_summary' as relation,
        topic_summary.topic as key_value,
        'topic is not in topics' as problem,
    from topic_summary
    left join topics on topic_summary.topic = topics.topic
    where topic_summary.topic is not null and topics.topic is null
    union all
    select
        'topic_summary' as relation,
        topic_summary.top_provider as key_value,
        'top_provider is not in providers' as problem,
    from topic_summary
    left join providers on topic_summary.top_provider = providers.provider_domain
    where topic_summary.top_provider is not null and providers.provider_domain is null
)

select
    relation,
    key_value,
    problem,
from offenders
order by relation, key_value, problem
