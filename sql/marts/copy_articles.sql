-- Who carried whose text?
-- Grain: one article in one group of copies that at least two domains carry. A group is a text and
-- what copies it: each text copies the earliest of those before it that are at least half as like
-- it as the most like one. So every article is a copy of the first, and chains join nothing.
with equal_texts as (
    select
        earlier_article_id as text_id,
        later_article_id as article_id,
        kind,
    from copy_pairs
    where kind <> 'edited'
),

best_similarities as (
    select
        later_article_id,
        max(similarity) as similarity,
    from copy_pairs
    where kind = 'edited'
    group by later_article_id
),

ranked_sources as (
    select
        copy_pairs.later_article_id as text_id,
        copy_pairs.earlier_article_id as copy_id,
        copy_pairs.similarity,
        row_number() over (
            partition by copy_pairs.later_article_id
            order by articles.published_at asc, articles.article_id asc
        ) as source_rank,
    from copy_pairs
    inner join best_similarities
        on copy_pairs.later_article_id = best_similarities.later_article_id
    inner join articles on copy_pairs.earlier_article_id = articles.article_id
    where
        copy_pairs.kind = 'edited'
        and copy_pairs.similarity >= best_similarities.similarity / 2
),

copying_texts as (
    select
        text_id,
        copy_id,
        similarity,
    from ranked_sources
    where source_rank = 1
),

-- A text that copies another has a group of its own only if others copy it.
copied_ids as (
    select copy_id,
    from copying_texts
    group by copy_id
),

first_ids as (
    select copy_id,
    from copied_ids
    union
    select equal_texts.text_id as copy_id,
    from equal_texts
    left join copying_texts on equal_texts.text_id = copying_texts.text_id
    where copying_texts.text_id is null
),

members as (
    select
        copy_id,
        copy_id as article_id,
        cast(null as varchar) as kind,
        cast(1 as double) as similarity,
    from first_ids
    union all
    select
        first_ids.copy_id,
        equal_texts.article_id,
        equal_texts.kind,
        cast(1 as double) as similarity,
    from first_ids
    inner join equal_texts on first_ids.copy_id = equal_texts.text_id
    union all
    select
        copy_id,
        text_id as article_id,
        'edited' as kind,
        similarity,
    from copying_texts
    union all
    select
        copying_texts.copy_id,
        equal_texts.article_id,
        'edited' as kind,
        copying_texts.similarity,
    from copying_texts
    inner join equal_texts on copying_texts.text_id = equal_texts.text_id
),

carrying_articles as (
    select
        members.copy_id,
        members.article_id,
        members.kind,
        members.similarity,
        articles.published_at,
        articles.provider_domain,
    from members
    inner join articles on members.article_id = articles.article_id
),

shared_copies as (
    select copy_id,
    from carrying_articles
    group by copy_id
    having min(provider_domain) <> max(provider_domain)
),

ties as (
    select
        copy_id,
        published_at,
    from carrying_articles
    group by copy_id, published_at
    having count(*) > 1
)

select
    carrying_articles.copy_id,
    carrying_articles.article_id,
    carrying_articles.provider_domain,
    cast(
        row_number() over (
            partition by carrying_articles.copy_id
            order by carrying_articles.published_at asc, carrying_articles.article_id asc
        ) as bigint
    ) as position,
    ties.copy_id is not null as is_position_tied,
    carrying_articles.kind,
    carrying_articles.similarity,
from carrying_articles
inner join shared_copies on carrying_articles.copy_id = shared_copies.copy_id
left join ties
    on
        carrying_articles.copy_id = ties.copy_id
        and carrying_articles.published_at = ties.published_at
order by carrying_articles.copy_id, carrying_articles.article_id
