-- Every page has links, ranked from 1 by score, or one row that says why it has none; a link names
-- one article or one related item, no article twice, and its score is the sum of its parts.
-- Consequence: Links of pages would be unranked, doubled or without a score that can be explained.
-- Cure: The archive is not to blame: run again with --force; if the rows stay, report them. The
-- former build is still there.
with page_rows as (
    select
        pages.page_id,
        count(page_links.page_id) as row_count,
        count(page_links.link_note) as note_count,
        count(page_links.article_id) as article_count,
        count(distinct page_links.article_id) as distinct_article_count,
        max(page_links.rank) as last_rank,
    from pages
    left join page_links on pages.page_id = page_links.page_id
    group by pages.page_id
),

steps as (
    select
        page_id,
        score,
        lag(score) over (partition by page_id order by rank) as score_before,
    from page_links
),

offenders as (
    select
        page_id as key_value,
        'page without a row, or ranks with a gap' as problem,
    from page_rows
    where row_count = 0 or last_rank <> row_count
    union all
    select
        page_id as key_value,
        'a note beside links, or an article linked twice' as problem,
    from page_rows
    where note_count > 0 and row_count > 1 or article_count <> distinct_article_count
    union all
    select
        page_id as key_value,
        'score is larger than that of the rank before' as problem,
    from steps
    where score > score_before
    union all
    select
        page_id as key_value,
        'target, note and score do not fit each other' as problem,
    from page_links
    where
        target_kind = 'article' and article_id is null
        or target_kind <> 'article' and article_id is not null
        or (target_kind = 'related')
        <> (listing_article_id is not null and related_position is not null)
        or (target_kind = 'none') <> (link_note is not null)
        or (target_kind = 'none') <> (score is null)
        or (target_kind = 'none') <> (matched_terms is null)
    union all
    select
        page_id as key_value,
        'score is not the sum of its parts' as problem,
    from page_links
    where word_score + date_score + provider_score - score not between -1e-9 and 1e-9
)

select
    'page_links' as relation,
    key_value,
    problem,
from offenders
order by key_value, problem
