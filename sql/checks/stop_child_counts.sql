-- The counts that an article or page carries are the numbers of its rows in the other tables.
-- Consequence: Counts read from an article or page would contradict those of its rows.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with topic_counts as (
    select
        article_id,
        count(*) as topic_count,
    from article_topics
    group by article_id
),

item_counts as (
    select
        article_id,
        count(*) as related_count,
        sum(image_count) as related_image_count,
    from related_items
    group by article_id
),

image_counts as (
    select
        article_id,
        count(*) filter (where owner = 'article') as image_count,
        count(*) filter (where owner = 'related') as related_image_count,
    from images
    group by article_id
),

paragraph_counts as (
    select
        page_id,
        count(*) as paragraph_count,
        sum(word_count) as word_count,
    from page_paragraphs
    where role = 'body'
    group by page_id
)

select
    'articles' as relation,
    articles.article_id as key_value,
    'topic_count, image_count or related_count differs from the rows' as problem,
from articles
left join topic_counts on articles.article_id = topic_counts.article_id
left join item_counts on articles.article_id = item_counts.article_id
left join image_counts on articles.article_id = image_counts.article_id
where
    articles.topic_count <> coalesce(topic_counts.topic_count, 0)
    or articles.related_count <> coalesce(item_counts.related_count, 0)
    or articles.image_count <> coalesce(image_counts.image_count, 0)
    or coalesce(item_counts.related_image_count, 0)
    <> coalesce(image_counts.related_image_count, 0)
union all
select
    'pages' as relation,
    pages.page_id as key_value,
    'paragraph_count or word_count differs from the rows' as problem,
from pages
left join paragraph_counts on pages.page_id = paragraph_counts.page_id
where
    pages.paragraph_count <> coalesce(paragraph_counts.paragraph_count, 0)
    or pages.word_count <> coalesce(paragraph_counts.word_count, 0)
order by relation, key_value
