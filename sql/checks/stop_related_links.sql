-- A mention is of the article with the same canonical_url, the earliest of several, and of
-- nothing when there is none.
-- Consequence: Mentions would be credited to the wrong article, or to none.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with ranked_articles as (
    select
        canonical_url,
        article_id,
        row_number() over (
            partition by canonical_url order by published_at asc, article_id asc
        ) as url_rank,
    from articles
),

linked_items as (
    select
        canonical_url,
        related_article_id,
        min(article_id) as article_id,
    from related_items
    group by canonical_url, related_article_id
)

select
    'related_items' as relation,
    linked_items.article_id as key_value,
    'related_article_id is not the earliest article of canonical_url' as problem,
from linked_items
left join ranked_articles
    on linked_items.canonical_url = ranked_articles.canonical_url and ranked_articles.url_rank = 1
where coalesce(linked_items.related_article_id, '') <> coalesce(ranked_articles.article_id, '')
order by linked_items.article_id, linked_items.canonical_url
