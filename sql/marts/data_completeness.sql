-- How complete is the data: which column of which table is filled, and with how many values?
-- Grain: one column of one tidy table.
-- Odd but fast: each table is read once for all its columns, and the one row of counts is then
-- turned into one row per column by a list of names and a CASE.
with article_topics_counts as (
    select
        count(*) as row_count,
        count(article_id) as article_id_filled,
        count(distinct article_id) as article_id_distinct,
        count(topic) as topic_filled,
        count(distinct topic) as topic_distinct,
        count(topic_position) as topic_position_filled,
        count(distinct topic_position) as topic_position_distinct,
    from article_topics
),

articles_counts as (
    select
        count(*) as row_count,
        count(article_id) as article_id_filled,
        count(distinct article_id) as article_id_distinct,
        count(source_path) as source_path_filled,
        count(distinct source_path) as source_path_distinct,
        count(collection) as collection_filled,
        count(distinct collection) as collection_distinct,
        count(slug) as slug_filled,
        count(distinct slug) as slug_distinct,
        count(category) as category_filled,
        count(distinct category) as category_distinct,
        count(type) as type_filled,
        count(distinct type) as type_distinct,
        count(title) as title_filled,
        count(distinct title) as title_distinct,
        count(excerpt) as excerpt_filled,
        count(distinct excerpt) as excerpt_distinct,
        count(published_at) as published_at_filled,
        count(distinct published_at) as published_at_distinct,
        count(published_date) as published_date_filled,
        count(distinct published_date) as published_date_distinct,
        count(updated_at) as updated_at_filled,
        count(distinct updated_at) as updated_at_distinct,
        count(url) as url_filled,
        count(distinct url) as url_distinct,
        count(web_url) as web_url_filled,
        count(distinct web_url) as web_url_distinct,
        count(original_url) as original_url_filled,
        count(distinct original_url) as original_url_distinct,
        count(amp_url) as amp_url_filled,
        count(distinct amp_url) as amp_url_distinct,
        count(cdn_amp_url) as cdn_amp_url_filled,
        count(distinct cdn_amp_url) as cdn_amp_url_distinct,
        count(canonical_url) as canonical_url_filled,
        count(distinct canonical_url) as canonical_url_distinct,
        count(provider_domain) as provider_domain_filled,
        count(distinct provider_domain) as provider_domain_distinct,
        count(provider_name) as provider_name_filled,
        count(distinct provider_name) as provider_name_distinct,
        count(quality) as quality_filled,
        count(distinct quality) as quality_distinct,
        count(heat) as heat_filled,
        count(distinct heat) as heat_distinct,
        count(is_published) as is_published_filled,
        count(distinct is_published) as is_published_distinct,
        count(is_removed) as is_removed_filled,
        count(distinct is_removed) as is_removed_distinct,
        count(topic_count) as topic_count_filled,
        count(distinct topic_count) as topic_count_distinct,
        count(image_count) as image_count_filled,
        count(distinct image_count) as image_count_distinct,
        count(related_count) as related_count_filled,
        count(distinct related_count) as related_count_distinct,
        count(has_amp) as has_amp_filled,
        count(distinct has_amp) as has_amp_distinct,
        count(has_featured_content) as has_featured_content_filled,
        count(distinct has_featured_content) as has_featured_content_distinct,
        count(has_secured) as has_secured_filled,
        count(distinct has_secured) as has_secured_distinct,
        count(body_text) as body_text_filled,
        count(distinct body_text) as body_text_distinct,
        count(body_word_count) as body_word_count_filled,
        count(distinct body_word_count) as body_word_count_distinct,
        count(extra) as extra_filled,
        count(distinct extra) as extra_distinct,
    from articles
),

files_counts as (
    select
        count(*) as row_count,
        count(source_path) as source_path_filled,
        count(distinct source_path) as source_path_distinct,
        count(kind) as kind_filled,
        count(distinct kind) as kind_distinct,
        count(status) as status_filled,
        count(distinct status) as status_distinct,
        count(reason) as reason_filled,
        count(distinct reason) as reason_distinct,
        count(bytes) as bytes_filled,
        count(distinct bytes) as bytes_distinct,
        count(sha256) as sha256_filled,
        count(distinct sha256) as sha256_distinct,
    from files
),

images_counts as (
    select
        count(*) as row_count,
        count(image_id) as image_id_filled,
        count(distinct image_id) as image_id_distinct,
        count(article_id) as article_id_filled,
        count(distinct article_id) as article_id_distinct,
        count(owner) as owner_filled,
        count(distinct owner) as owner_distinct,
        count(related_position) as related_position_filled,
        count(distinct related_position) as related_position_distinct,
        count(image_position) as image_position_filled,
        count(distinct image_position) as image_position_distinct,
        count(url) as url_filled,
        count(distinct url) as url_distinct,
        count(host) as host_filled,
        count(distinct host) as host_distinct,
        count(is_relative) as is_relative_filled,
        count(distinct is_relative) as is_relative_distinct,
        count(width) as width_filled,
        count(distinct width) as width_distinct,
        count(height) as height_filled,
        count(distinct height) as height_distinct,
        count(aspect_ratio) as aspect_ratio_filled,
        count(distinct aspect_ratio) as aspect_ratio_distinct,
        count(megapixels) as megapixels_filled,
        count(distinct megapixels) as megapixels_distinct,
        count(title) as title_filled,
        count(distinct title) as title_distinct,
        count(attribution) as attribution_filled,
        count(distinct attribution) as attribution_distinct,
        count(is_cached) as is_cached_filled,
        count(distinct is_cached) as is_cached_distinct,
    from images
),

page_paragraphs_counts as (
    select
        count(*) as row_count,
        count(page_id) as page_id_filled,
        count(distinct page_id) as page_id_distinct,
        count(paragraph_position) as paragraph_position_filled,
        count(distinct paragraph_position) as paragraph_position_distinct,
        count(role) as role_filled,
        count(distinct role) as role_distinct,
        count(text) as text_filled,
        count(distinct text) as text_distinct,
        count(word_count) as word_count_filled,
        count(distinct word_count) as word_count_distinct,
    from page_paragraphs
),

pages_counts as (
    select
        count(*) as row_count,
        count(page_id) as page_id_filled,
        count(distinct page_id) as page_id_distinct,
        count(source_path) as source_path_filled,
        count(distinct source_path) as source_path_distinct,
        count(section) as section_filled,
        count(distinct section) as section_distinct,
        count(headline) as headline_filled,
        count(distinct headline) as headline_distinct,
        count(dek) as dek_filled,
        count(distinct dek) as dek_distinct,
        count(dateline) as dateline_filled,
        count(distinct dateline) as dateline_distinct,
        count(copyright_year) as copyright_year_filled,
        count(distinct copyright_year) as copyright_year_distinct,
        count(copyright_holder) as copyright_holder_filled,
        count(distinct copyright_holder) as copyright_holder_distinct,
        count(paragraph_count) as paragraph_count_filled,
        count(distinct paragraph_count) as paragraph_count_distinct,
        count(word_count) as word_count_filled,
        count(distinct word_count) as word_count_distinct,
        count(quote_count) as quote_count_filled,
        count(distinct quote_count) as quote_count_distinct,
        count(body_text) as body_text_filled,
        count(distinct body_text) as body_text_distinct,
    from pages
),

provider_names_counts as (
    select
        count(*) as row_count,
        count(provider_domain) as provider_domain_filled,
        count(distinct provider_domain) as provider_domain_distinct,
        count(provider_name) as provider_name_filled,
        count(distinct provider_name) as provider_name_distinct,
        count(article_count) as article_count_filled,
        count(distinct article_count) as article_count_distinct,
        count(mention_count) as mention_count_filled,
        count(distinct mention_count) as mention_count_distinct,
    from provider_names
),

providers_counts as (
    select
        count(*) as row_count,
        count(provider_domain) as provider_domain_filled,
        count(distinct provider_domain) as provider_domain_distinct,
        count(provider_name) as provider_name_filled,
        count(distinct provider_name) as provider_name_distinct,
        count(name_count) as name_count_filled,
        count(distinct name_count) as name_count_distinct,
        count(article_count) as article_count_filled,
        count(distinct article_count) as article_count_distinct,
        count(mention_count) as mention_count_filled,
        count(distinct mention_count) as mention_count_distinct,
        count(first_published_at) as first_published_at_filled,
        count(distinct first_published_at) as first_published_at_distinct,
        count(last_published_at) as last_published_at_filled,
        count(distinct last_published_at) as last_published_at_distinct,
    from providers
),

rejects_counts as (
    select
        count(*) as row_count,
        count(source_path) as source_path_filled,
        count(distinct source_path) as source_path_distinct,
        count(problem_number) as problem_number_filled,
        count(distinct problem_number) as problem_number_distinct,
        count(severity) as severity_filled,
        count(distinct severity) as severity_distinct,
        count(code) as code_filled,
        count(distinct code) as code_distinct,
        count(field) as field_filled,
        count(distinct field) as field_distinct,
        count(line) as line_filled,
        count(distinct line) as line_distinct,
        count(raw_value) as raw_value_filled,
        count(distinct raw_value) as raw_value_distinct,
        count(message) as message_filled,
        count(distinct message) as message_distinct,
    from rejects
),

related_items_counts as (
    select
        count(*) as row_count,
        count(article_id) as article_id_filled,
        count(distinct article_id) as article_id_distinct,
        count(related_position) as related_position_filled,
        count(distinct related_position) as related_position_distinct,
        count(title) as title_filled,
        count(distinct title) as title_distinct,
        count(excerpt) as excerpt_filled,
        count(distinct excerpt) as excerpt_distinct,
        count(published_at) as published_at_filled,
        count(distinct published_at) as published_at_distinct,
        count(type) as type_filled,
        count(distinct type) as type_distinct,
        count(url) as url_filled,
        count(distinct url) as url_distinct,
        count(canonical_url) as canonical_url_filled,
        count(distinct canonical_url) as canonical_url_distinct,
        count(amp_url) as amp_url_filled,
        count(distinct amp_url) as amp_url_distinct,
        count(cdn_amp_url) as cdn_amp_url_filled,
        count(distinct cdn_amp_url) as cdn_amp_url_distinct,
        count(provider_domain) as provider_domain_filled,
        count(distinct provider_domain) as provider_domain_distinct,
        count(provider_name) as provider_name_filled,
        count(distinct provider_name) as provider_name_distinct,
        count(quality) as quality_filled,
        count(distinct quality) as quality_distinct,
        count(image_count) as image_count_filled,
        count(distinct image_count) as image_count_distinct,
        count(related_article_id) as related_article_id_filled,
        count(distinct related_article_id) as related_article_id_distinct,
        count(lag_hours) as lag_hours_filled,
        count(distinct lag_hours) as lag_hours_distinct,
    from related_items
),

topics_counts as (
    select
        count(*) as row_count,
        count(topic) as topic_filled,
        count(distinct topic) as topic_distinct,
        count(article_count) as article_count_filled,
        count(distinct article_count) as article_count_distinct,
    from topics
),

column_counts as (
    select
        'article_topics' as table_name,
        names.column_name,
        article_topics_counts.row_count,
        case names.column_name
            when 'article_id' then article_topics_counts.article_id_filled
            when 'topic' then article_topics_counts.topic_filled
            when 'topic_position' then article_topics_counts.topic_position_filled
        end as filled_count,
        case names.column_name
            when 'article_id' then article_topics_counts.article_id_distinct
            when 'topic' then article_topics_counts.topic_distinct
            when 'topic_position' then article_topics_counts.topic_position_distinct
        end as distinct_count,
    from article_topics_counts
    cross join (
        values
        ('article_id'),
        ('topic'),
        ('topic_position')
    ) as names (column_name)
    union all
    select
        'articles' as table_name,
        names.column_name,
        articles_counts.row_count,
        case names.column_name
            when 'article_id' then articles_counts.article_id_filled
            when 'source_path' then articles_counts.source_path_filled
            when 'collection' then articles_counts.collection_filled
            when 'slug' then articles_counts.slug_filled
            when 'category' then articles_counts.category_filled
            when 'type' then articles_counts.type_filled
            when 'title' then articles_counts.title_filled
            when 'excerpt' then articles_counts.excerpt_filled
            when 'published_at' then articles_counts.published_at_filled
            when 'published_date' then articles_counts.published_date_filled
            when 'updated_at' then articles_counts.updated_at_filled
            when 'url' then articles_counts.url_filled
            when 'web_url' then articles_counts.web_url_filled
            when 'original_url' then articles_counts.original_url_filled
            when 'amp_url' then articles_counts.amp_url_filled
            when 'cdn_amp_url' then articles_counts.cdn_amp_url_filled
            when 'canonical_url' then articles_counts.canonical_url_filled
            when 'provider_domain' then articles_counts.provider_domain_filled
            when 'provider_name' then articles_counts.provider_name_filled
            when 'quality' then articles_counts.quality_filled
            when 'heat' then articles_counts.heat_filled
            when 'is_published' then articles_counts.is_published_filled
            when 'is_removed' then articles_counts.is_removed_filled
            when 'topic_count' then articles_counts.topic_count_filled
            when 'image_count' then articles_counts.image_count_filled
            when 'related_count' then articles_counts.related_count_filled
            when 'has_amp' then articles_counts.has_amp_filled
            when 'has_featured_content' then articles_counts.has_featured_content_filled
            when 'has_secured' then articles_counts.has_secured_filled
            when 'body_text' then articles_counts.body_text_filled
            when 'body_word_count' then articles_counts.body_word_count_filled
            when 'extra' then articles_counts.extra_filled
        end as filled_count,
        case names.column_name
            when 'article_id' then articles_counts.article_id_distinct
            when 'source_path' then articles_counts.source_path_distinct
            when 'collection' then articles_counts.collection_distinct
            when 'slug' then articles_counts.slug_distinct
            when 'category' then articles_counts.category_distinct
            when 'type' then articles_counts.type_distinct
            when 'title' then articles_counts.title_distinct
            when 'excerpt' then articles_counts.excerpt_distinct
            when 'published_at' then articles_counts.published_at_distinct
            when 'published_date' then articles_counts.published_date_distinct
            when 'updated_at' then articles_counts.updated_at_distinct
            when 'url' then articles_counts.url_distinct
            when 'web_url' then articles_counts.web_url_distinct
            when 'original_url' then articles_counts.original_url_distinct
            when 'amp_url' then articles_counts.amp_url_distinct
            when 'cdn_amp_url' then articles_counts.cdn_amp_url_distinct
            when 'canonical_url' then articles_counts.canonical_url_distinct
            when 'provider_domain' then articles_counts.provider_domain_distinct
            when 'provider_name' then articles_counts.provider_name_distinct
            when 'quality' then articles_counts.quality_distinct
            when 'heat' then articles_counts.heat_distinct
            when 'is_published' then articles_counts.is_published_distinct
            when 'is_removed' then articles_counts.is_removed_distinct
            when 'topic_count' then articles_counts.topic_count_distinct
            when 'image_count' then articles_counts.image_count_distinct
            when 'related_count' then articles_counts.related_count_distinct
            when 'has_amp' then articles_counts.has_amp_distinct
            when 'has_featured_content' then articles_counts.has_featured_content_distinct
            when 'has_secured' then articles_counts.has_secured_distinct
            when 'body_text' then articles_counts.body_text_distinct
            when 'body_word_count' then articles_counts.body_word_count_distinct
            when 'extra' then articles_counts.extra_distinct
        end as distinct_count,
    from articles_counts
    cross join (
        values
        ('article_id'),
        ('source_path'),
        ('collection'),
        ('slug'),
        ('category'),
        ('type'),
        ('title'),
        ('excerpt'),
        ('published_at'),
        ('published_date'),
        ('updated_at'),
        ('url'),
        ('web_url'),
        ('original_url'),
        ('amp_url'),
        ('cdn_amp_url'),
        ('canonical_url'),
        ('provider_domain'),
        ('provider_name'),
        ('quality'),
        ('heat'),
        ('is_published'),
        ('is_removed'),
        ('topic_count'),
        ('image_count'),
        ('related_count'),
        ('has_amp'),
        ('has_featured_content'),
        ('has_secured'),
        ('body_text'),
        ('body_word_count'),
        ('extra')
    ) as names (column_name)
    union all
    select
        'files' as table_name,
        names.column_name,
        files_counts.row_count,
        case names.column_name
            when 'source_path' then files_counts.source_path_filled
            when 'kind' then files_counts.kind_filled
            when 'status' then files_counts.status_filled
            when 'reason' then files_counts.reason_filled
            when 'bytes' then files_counts.bytes_filled
            when 'sha256' then files_counts.sha256_filled
        end as filled_count,
        case names.column_name
            when 'source_path' then files_counts.source_path_distinct
            when 'kind' then files_counts.kind_distinct
            when 'status' then files_counts.status_distinct
            when 'reason' then files_counts.reason_distinct
            when 'bytes' then files_counts.bytes_distinct
            when 'sha256' then files_counts.sha256_distinct
        end as distinct_count,
    from files_counts
    cross join (
        values
        ('source_path'),
        ('kind'),
        ('status'),
        ('reason'),
        ('bytes'),
        ('sha256')
    ) as names (column_name)
    union all
    select
        'images' as table_name,
        names.column_name,
        images_counts.row_count,
        case names.column_name
            when 'image_id' then images_counts.image_id_filled
            when 'article_id' then images_counts.article_id_filled
            when 'owner' then images_counts.owner_filled
            when 'related_position' then images_counts.related_position_filled
            when 'image_position' then images_counts.image_position_filled
            when 'url' then images_counts.url_filled
            when 'host' then images_counts.host_filled
            when 'is_relative' then images_counts.is_relative_filled
            when 'width' then images_counts.width_filled
            when 'height' then images_counts.height_filled
            when 'aspect_ratio' then images_counts.aspect_ratio_filled
            when 'megapixels' then images_counts.megapixels_filled
            when 'title' then images_counts.title_filled
            when 'attribution' then images_counts.attribution_filled
            when 'is_cached' then images_counts.is_cached_filled
        end as filled_count,
        case names.column_name
            when 'image_id' then images_counts.image_id_distinct
            when 'article_id' then images_counts.article_id_distinct
            when 'owner' then images_counts.owner_distinct
            when 'related_position' then images_counts.related_position_distinct
            when 'image_position' then images_counts.image_position_distinct
            when 'url' then images_counts.url_distinct
            when 'host' then images_counts.host_distinct
            when 'is_relative' then images_counts.is_relative_distinct
            when 'width' then images_counts.width_distinct
            when 'height' then images_counts.height_distinct
            when 'aspect_ratio' then images_counts.aspect_ratio_distinct
            when 'megapixels' then images_counts.megapixels_distinct
            when 'title' then images_counts.title_distinct
            when 'attribution' then images_counts.attribution_distinct
            when 'is_cached' then images_counts.is_cached_distinct
        end as distinct_count,
    from images_counts
    cross join (
        values
        ('image_id'),
        ('article_id'),
        ('owner'),
        ('related_position'),
        ('image_position'),
        ('url'),
        ('host'),
        ('is_relative'),
        ('width'),
        ('height'),
        ('aspect_ratio'),
        ('megapixels'),
        ('title'),
        ('attribution'),
        ('is_cached')
    ) as names (column_name)
    union all
    select
        'page_paragraphs' as table_name,
        names.column_name,
        page_paragraphs_counts.row_count,
        case names.column_name
            when 'page_id' then page_paragraphs_counts.page_id_filled
            when 'paragraph_position' then page_paragraphs_counts.paragraph_position_filled
            when 'role' then page_paragraphs_counts.role_filled
            when 'text' then page_paragraphs_counts.text_filled
            when 'word_count' then page_paragraphs_counts.word_count_filled
        end as filled_count,
        case names.column_name
            when 'page_id' then page_paragraphs_counts.page_id_distinct
            when 'paragraph_position' then page_paragraphs_counts.paragraph_position_distinct
            when 'role' then page_paragraphs_counts.role_distinct
            when 'text' then page_paragraphs_counts.text_distinct
            when 'word_count' then page_paragraphs_counts.word_count_distinct
        end as distinct_count,
    from page_paragraphs_counts
    cross join (
        values
        ('page_id'),
        ('paragraph_position'),
        ('role'),
        ('text'),
        ('word_count')
    ) as names (column_name)
    union all
    select
        'pages' as table_name,
        names.column_name,
        pages_counts.row_count,
        case names.column_name
            when 'page_id' then pages_counts.page_id_filled
            when 'source_path' then pages_counts.source_path_filled
            when 'section' then pages_counts.section_filled
            when 'headline' then pages_counts.headline_filled
            when 'dek' then pages_counts.dek_filled
            when 'dateline' then pages_counts.dateline_filled
            when 'copyright_year' then pages_counts.copyright_year_filled
            when 'copyright_holder' then pages_counts.copyright_holder_filled
            when 'paragraph_count' then pages_counts.paragraph_count_filled
            when 'word_count' then pages_counts.word_count_filled
            when 'quote_count' then pages_counts.quote_count_filled
            when 'body_text' then pages_counts.body_text_filled
        end as filled_count,
        case names.column_name
            when 'page_id' then pages_counts.page_id_distinct
            when 'source_path' then pages_counts.source_path_distinct
            when 'section' then pages_counts.section_distinct
            when 'headline' then pages_counts.headline_distinct
            when 'dek' then pages_counts.dek_distinct
            when 'dateline' then pages_counts.dateline_distinct
            when 'copyright_year' then pages_counts.copyright_year_distinct
            when 'copyright_holder' then pages_counts.copyright_holder_distinct
            when 'paragraph_count' then pages_counts.paragraph_count_distinct
            when 'word_count' then pages_counts.word_count_distinct
            when 'quote_count' then pages_counts.quote_count_distinct
            when 'body_text' then pages_counts.body_text_distinct
        end as distinct_count,
    from pages_counts
    cross join (
        values
        ('page_id'),
        ('source_path'),
        ('section'),
        ('headline'),
        ('dek'),
        ('dateline'),
        ('copyright_year'),
        ('copyright_holder'),
        ('paragraph_count'),
        ('word_count'),
        ('quote_count'),
        ('body_text')
    ) as names (column_name)
    union all
    select
        'provider_names' as table_name,
        names.column_name,
        provider_names_counts.row_count,
        case names.column_name
            when 'provider_domain' then provider_names_counts.provider_domain_filled
            when 'provider_name' then provider_names_counts.provider_name_filled
            when 'article_count' then provider_names_counts.article_count_filled
            when 'mention_count' then provider_names_counts.mention_count_filled
        end as filled_count,
        case names.column_name
            when 'provider_domain' then provider_names_counts.provider_domain_distinct
            when 'provider_name' then provider_names_counts.provider_name_distinct
            when 'article_count' then provider_names_counts.article_count_distinct
            when 'mention_count' then provider_names_counts.mention_count_distinct
        end as distinct_count,
    from provider_names_counts
    cross join (
        values
        ('provider_domain'),
        ('provider_name'),
        ('article_count'),
        ('mention_count')
    ) as names (column_name)
    union all
    select
        'providers' as table_name,
        names.column_name,
        providers_counts.row_count,
        case names.column_name
            when 'provider_domain' then providers_counts.provider_domain_filled
            when 'provider_name' then providers_counts.provider_name_filled
            when 'name_count' then providers_counts.name_count_filled
            when 'article_count' then providers_counts.article_count_filled
            when 'mention_count' then providers_counts.mention_count_filled
            when 'first_published_at' then providers_counts.first_published_at_filled
            when 'last_published_at' then providers_counts.last_published_at_filled
        end as filled_count,
        case names.column_name
            when 'provider_domain' then providers_counts.provider_domain_distinct
            when 'provider_name' then providers_counts.provider_name_distinct
            when 'name_count' then providers_counts.name_count_distinct
            when 'article_count' then providers_counts.article_count_distinct
            when 'mention_count' then providers_counts.mention_count_distinct
            when 'first_published_at' then providers_counts.first_published_at_distinct
            when 'last_published_at' then providers_counts.last_published_at_distinct
        end as distinct_count,
    from providers_counts
    cross join (
        values
        ('provider_domain'),
        ('provider_name'),
        ('name_count'),
        ('article_count'),
        ('mention_count'),
        ('first_published_at'),
        ('last_published_at')
    ) as names (column_name)
    union all
    select
        'rejects' as table_name,
        names.column_name,
        rejects_counts.row_count,
        case names.column_name
            when 'source_path' then rejects_counts.source_path_filled
            when 'problem_number' then rejects_counts.problem_number_filled
            when 'severity' then rejects_counts.severity_filled
            when 'code' then rejects_counts.code_filled
            when 'field' then rejects_counts.field_filled
            when 'line' then rejects_counts.line_filled
            when 'raw_value' then rejects_counts.raw_value_filled
            when 'message' then rejects_counts.message_filled
        end as filled_count,
        case names.column_name
            when 'source_path' then rejects_counts.source_path_distinct
            when 'problem_number' then rejects_counts.problem_number_distinct
            when 'severity' then rejects_counts.severity_distinct
            when 'code' then rejects_counts.code_distinct
            when 'field' then rejects_counts.field_distinct
            when 'line' then rejects_counts.line_distinct
            when 'raw_value' then rejects_counts.raw_value_distinct
            when 'message' then rejects_counts.message_distinct
        end as distinct_count,
    from rejects_counts
    cross join (
        values
        ('source_path'),
        ('problem_number'),
        ('severity'),
        ('code'),
        ('field'),
        ('line'),
        ('raw_value'),
        ('message')
    ) as names (column_name)
    union all
    select
        'related_items' as table_name,
        names.column_name,
        related_items_counts.row_count,
        case names.column_name
            when 'article_id' then related_items_counts.article_id_filled
            when 'related_position' then related_items_counts.related_position_filled
            when 'title' then related_items_counts.title_filled
            when 'excerpt' then related_items_counts.excerpt_filled
            when 'published_at' then related_items_counts.published_at_filled
            when 'type' then related_items_counts.type_filled
            when 'url' then related_items_counts.url_filled
            when 'canonical_url' then related_items_counts.canonical_url_filled
            when 'amp_url' then related_items_counts.amp_url_filled
            when 'cdn_amp_url' then related_items_counts.cdn_amp_url_filled
            when 'provider_domain' then related_items_counts.provider_domain_filled
            when 'provider_name' then related_items_counts.provider_name_filled
            when 'quality' then related_items_counts.quality_filled
            when 'image_count' then related_items_counts.image_count_filled
            when 'related_article_id' then related_items_counts.related_article_id_filled
            when 'lag_hours' then related_items_counts.lag_hours_filled
        end as filled_count,
        case names.column_name
            when 'article_id' then related_items_counts.article_id_distinct
            when 'related_position' then related_items_counts.related_position_distinct
            when 'title' then related_items_counts.title_distinct
            when 'excerpt' then related_items_counts.excerpt_distinct
            when 'published_at' then related_items_counts.published_at_distinct
            when 'type' then related_items_counts.type_distinct
            when 'url' then related_items_counts.url_distinct
            when 'canonical_url' then related_items_counts.canonical_url_distinct
            when 'amp_url' then related_items_counts.amp_url_distinct
            when 'cdn_amp_url' then related_items_counts.cdn_amp_url_distinct
            when 'provider_domain' then related_items_counts.provider_domain_distinct
            when 'provider_name' then related_items_counts.provider_name_distinct
            when 'quality' then related_items_counts.quality_distinct
            when 'image_count' then related_items_counts.image_count_distinct
            when 'related_article_id' then related_items_counts.related_article_id_distinct
            when 'lag_hours' then related_items_counts.lag_hours_distinct
        end as distinct_count,
    from related_items_counts
    cross join (
        values
        ('article_id'),
        ('related_position'),
        ('title'),
        ('excerpt'),
        ('published_at'),
        ('type'),
        ('url'),
        ('canonical_url'),
        ('amp_url'),
        ('cdn_amp_url'),
        ('provider_domain'),
        ('provider_name'),
        ('quality'),
        ('image_count'),
        ('related_article_id'),
        ('lag_hours')
    ) as names (column_name)
    union all
    select
        'topics' as table_name,
        names.column_name,
        topics_counts.row_count,
        case names.column_name
            when 'topic' then topics_counts.topic_filled
            when 'article_count' then topics_counts.article_count_filled
        end as filled_count,
        case names.column_name
            when 'topic' then topics_counts.topic_distinct
            when 'article_count' then topics_counts.article_count_distinct
        end as distinct_count,
    from topics_counts
    cross join (
        values
        ('topic'),
        ('article_count')
    ) as names (column_name)
)

select
    table_name,
    column_name,
    cast(row_count as bigint) as row_count,
    cast(filled_count as bigint) as filled_count,
    cast(filled_count as double) / nullif(row_count, 0) as fill_rate,
    cast(distinct_count as bigint) as distinct_count,
from column_counts
order by table_name, column_name
