-- Every reference of a table or mart to another resolves.
-- Each value that refers to something is looked up once, however many rows have it.
with article_references as (
    select
        'article_topics' as relation,
        'article_id is not in articles' as problem,
        article_id as key_value,
    from article_topics
    group by article_id
    union all
    select
        'images' as relation,
        'article_id is not in articles' as problem,
        article_id as key_value,
    from images
    group by article_id
    union all
    select
        'related_items' as relation,
        'article_id is not in articles' as problem,
        article_id as key_value,
    from related_items
    group by article_id
    union all
    select
        'related_items' as relation,
        'related_article_id is not in articles' as problem,
        related_article_id as key_value,
    from related_items
    group by related_article_id
    union all
    select
        'page_links' as relation,
        'article_id is not in articles' as problem,
        article_id as key_value,
    from page_links
    union all
    select
        'page_links' as relation,
        'listing_article_id is not in articles' as problem,
        listing_article_id as key_value,
    from page_links
    union all
    select
        'stories' as relation,
        'story_id is not in articles' as problem,
        story_id as key_value,
    from stories
    union all
    select
        'stories' as relation,
        'lead_article_id is not in articles' as problem,
        lead_article_id as key_value,
    from stories
    union all
    select
        'story_articles' as relation,
        'story_id is not in articles' as problem,
        story_id as key_value,
    from story_articles
    group by story_id
    union all
    select
        'story_articles' as relation,
        'article_id is not in articles' as problem,
        article_id as key_value,
    from story_articles
),

file_references as (
    select
        'articles' as relation,
        'source_path is not in files' as problem,
        source_path as key_value,
    from articles
    union all
    select
        'pages' as relation,
        'source_path is not in files' as problem,
        source_path as key_value,
    from pages
    union all
    select
        'rejects' as relation,
        'source_path is not in files' as problem,
        source_path as key_value,
    from rejects
    group by source_path
),

page_references as (
    select
        'page_paragraphs' as relation,
        'page_id is not in pages' as problem,
        page_id as key_value,
    from page_paragraphs
    group by page_id
    union all
    select
        'page_links' as relation,
        'page_id is not in pages' as problem,
        page_id as key_value,
    from page_links
    union all
    select
        'page_mentions' as relation,
        'page_id is not in pages' as problem,
        page_id as key_value,
    from page_mentions
),

provider_references as (
    select
        'articles' as relation,
        'provider_domain is not in providers' as problem,
        provider_domain as key_value,
    from articles
    group by provider_domain
    union all
    select
        'provider_names' as relation,
        'provider_domain is not in providers' as problem,
        provider_domain as key_value,
    from provider_names
    union all
    select
        'related_items' as relation,
        'provider_domain is not in providers' as problem,
        provider_domain as key_value,
    from related_items
    group by provider_domain
    union all
    select
        'provider_links' as relation,
        'from_domain is not in providers' as problem,
        from_domain as key_value,
    from provider_links
    union all
    select
        'provider_links' as relation,
        'to_domain is not in providers' as problem,
        to_domain as key_value,
    from provider_links
    union all
    select
        'provider_monthly' as relation,
        'provider_domain is not in providers' as problem,
        provider_domain as key_value,
    from provider_monthly
    group by provider_domain
    union all
    select
        'provider_publishers' as relation,
        'provider_domain is not in providers' as problem,
        provider_domain as key_value,
    from provider_publishers
    union all
    select
        'provider_summary' as relation,
        'provider_domain is not in providers' as problem,
        provider_domain as key_value,
    from provider_summary
    union all
    select
        'provider_timeliness' as relation,
        'provider_domain is not in providers' as problem,
        provider_domain as key_value,
    from provider_timeliness
    union all
    select
        'stories' as relation,
        'lead_provider is not in providers' as problem,
        lead_provider as key_value,
    from stories
    union all
    select
        'syndication' as relation,
        'first_provider is not in providers' as problem,
        first_provider as key_value,
    from syndication
    union all
    select
        'topic_providers' as relation,
        'provider_domain is not in providers' as problem,
        provider_domain as key_value,
    from topic_providers
    union all
    select
        'topic_summary' as relation,
        'top_provider is not in providers' as problem,
        top_provider as key_value,
    from topic_summary
),

topic_references as (
    select
        'article_topics' as relation,
        'topic is not in topics' as problem,
        topic as key_value,
    from article_topics
    group by topic
    union all
    select
        'provider_publishers' as relation,
        'top_topic is not in topics' as problem,
        top_topic as key_value,
    from provider_publishers
    union all
    select
        'provider_summary' as relation,
        'top_topic is not in topics' as problem,
        top_topic as key_value,
    from provider_summary
    union all
    select
        'stories' as relation,
        'top_topic is not in topics' as problem,
        top_topic as key_value,
    from stories
    union all
    select
        'topic_monthly' as relation,
        'topic is not in topics' as problem,
        topic as key_value,
    from topic_monthly
    group by topic
    union all
    select
        'topic_pairs' as relation,
        'topic_a is not in topics' as problem,
        topic_a as key_value,
    from topic_pairs
    union all
    select
        'topic_pairs' as relation,
        'topic_b is not in topics' as problem,
        topic_b as key_value,
    from topic_pairs
    union all
    select
        'topic_providers' as relation,
        'topic is not in topics' as problem,
        topic as key_value,
    from topic_providers
    union all
    select
        'topic_summary' as relation,
        'topic is not in topics' as problem,
        topic as key_value,
    from topic_summary
),

offenders as (
    select
        article_references.relation,
        article_references.key_value,
        article_references.problem,
    from article_references
    left join articles on article_references.key_value = articles.article_id
    where article_references.key_value is not null and articles.article_id is null
    union all
    select
        file_references.relation,
        file_references.key_value,
        file_references.problem,
    from file_references
    left join files on file_references.key_value = files.source_path
    where file_references.key_value is not null and files.source_path is null
    union all
    select
        page_references.relation,
        page_references.key_value,
        page_references.problem,
    from page_references
    left join pages on page_references.key_value = pages.page_id
    where page_references.key_value is not null and pages.page_id is null
    union all
    select
        provider_references.relation,
        provider_references.key_value,
        provider_references.problem,
    from provider_references
    left join providers on provider_references.key_value = providers.provider_domain
    where provider_references.key_value is not null and providers.provider_domain is null
    union all
    select
        topic_references.relation,
        topic_references.key_value,
        topic_references.problem,
    from topic_references
    left join topics on topic_references.key_value = topics.topic
    where topic_references.key_value is not null and topics.topic is null
)

select
    relation,
    key_value,
    problem,
from offenders
order by relation, key_value, problem
