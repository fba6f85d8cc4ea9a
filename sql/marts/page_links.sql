-- Which articles and related items does each page tell of, and by which evidence?
-- Grain: one page and one article or related item it is linked to; one row for a page without any.
-- Odd but linear: a page is compared with the candidates that its rarest features bring, rarest
-- first, until they have brought 1,000; one that more than 5,000 candidates share brings none.
with mentioned_items as (
    select
        article_id,
        related_position,
        title,
        excerpt,
        published_at,
        provider_domain,
        provider_name,
        row_number() over (
            partition by coalesce(canonical_url, title)
            order by article_id, related_position
        ) as mention_rank,
    from related_items
    where related_article_id is null and coalesce(canonical_url, title) is not null
),

page_count as (
    select count(*) as page_count,
    from pages
),

candidates as (
    select
        articles.article_id,
        cast(null as varchar) as listing_article_id,
        cast(null as integer) as related_position,
        articles.title,
        concat_ws(' ', articles.title, articles.excerpt) as words,
        articles.published_date,
        articles.provider_domain,
        articles.provider_name,
    from articles
    inner join page_count on page_count.page_count > 0
    union all
    select
        cast(null as varchar) as article_id,
        mentioned_items.article_id as listing_article_id,
        mentioned_items.related_position,
        mentioned_items.title,
        concat_ws(' ', mentioned_items.title, mentioned_items.excerpt) as words,
        cast(mentioned_items.published_at as date) as published_date,
        mentioned_items.provider_domain,
        mentioned_items.provider_name,
    from mentioned_items
    inner join page_count on page_count.page_count > 0
    where mentioned_items.mention_rank = 1
),

numbered_candidates as (
    select
        article_id,
        listing_article_id,
        related_position,
        title,
        words,
        published_date,
        provider_domain,
        provider_name,
        row_number() over (
            order by
                article_id asc nulls last, listing_article_id asc, related_position asc
        ) as candidate,
    from candidates
),

candidate_words as (
    select
        candidate,
        unnest(
            string_split(regexp_replace(lower(words), '[^\p{L}\p{M}\p{N}+#]+', ' ', 'g'), ' ')
        ) as word,
    from numbered_candidates
),

-- A platform with many names can be named itself, beside the name the candidate has there.
candidate_features as (
    select
        candidate,
        'word' as kind,
        word as feature,
    from candidate_words
    where length(word) > 1
    union
    select
        candidate,
        'date' as kind,
        cast(published_date as varchar) as feature,
    from numbered_candidates
    where published_date is not null
    union
    select
        candidate,
        'provider' as kind,
        lower(coalesce(provider_name, provider_domain)) as feature,
    from numbered_candidates
    where coalesce(provider_name, provider_domain) is not null
    union
    select
        numbered_candidates.candidate,
        'provider' as kind,
        numbered_candidates.provider_domain as feature,
    from numbered_candidates
    inner join providers on numbered_candidates.provider_domain = providers.provider_domain
    where providers.name_count > 1
),

feature_counts as (
    select
        kind,
        feature,
        count(*) as candidate_count,
    from candidate_features
    group by kind, feature
),

candidate_count as (
    select cast(count(*) as double) as all_count,
    from numbered_candidates
),

-- Whole thousandths, so that their sums do not depend on order.
weights as (
    select
        feature_counts.kind,
        feature_counts.feature,
        feature_counts.candidate_count,
        cast(
            floor(
                1000
                * ln((candidate_count.all_count + 1) / cast(
                    feature_counts.candidate_count as double
                ))
            ) as bigint
        ) as weight,
    from feature_counts
    cross join candidate_count
),

page_words as (
    select
        page_id,
        unnest(
            string_split(regexp_replace(lower(text), '[^\p{L}\p{M}\p{N}+#]+', ' ', 'g'), ' ')
        ) as word,
    from page_paragraphs
    where role in ('headline', 'dek', 'body')
),

page_features as (
    select
        page_id,
        'word' as kind,
        word as feature,
    from page_words
    where length(word) > 1
    union
    select
        page_id,
        kind,
        lower(value) as feature,
    from page_mentions
    where kind in ('date', 'provider')
),

known_features as (
    select
        page_features.page_id,
        page_features.kind,
        page_features.feature,
        weights.weight,
        weights.candidate_count,
        coalesce(
            sum(weights.candidate_count) over (
                partition by page_features.page_id
                order by
                    weights.candidate_count asc, page_features.kind asc, page_features.feature asc
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as brought_count,
    from page_features
    inner join weights
        on page_features.kind = weights.kind and page_features.feature = weights.feature
    where weights.weight > 0
),

pairs as (
    select
        known_features.page_id,
        candidate_features.candidate,
    from known_features
    inner join candidate_features
        on
            known_features.kind = candidate_features.kind
            and known_features.feature = candidate_features.feature
    where known_features.brought_count < 1000 and known_features.candidate_count <= 5000
    group by known_features.page_id, candidate_features.candidate
),

paired_candidates as (
    select candidate,
    from pairs
    group by candidate
),

candidate_weights as (
    select
        candidate_features.candidate,
        sum(weights.weight) as own_weight,
    from paired_candidates
    inner join candidate_features on paired_candidates.candidate = candidate_features.candidate
    inner join weights
        on
            candidate_features.kind = weights.kind
            and candidate_features.feature = weights.feature
    group by candidate_features.candidate
),

shared_weights as (
    select
        pairs.page_id,
        pairs.candidate,
        sum(known_features.weight) as shared_weight,
    from pairs
    inner join candidate_features on pairs.candidate = candidate_features.candidate
    inner join known_features
        on
            pairs.page_id = known_features.page_id
            and candidate_features.kind = known_features.kind
            and candidate_features.feature = known_features.feature
    group by pairs.page_id, pairs.candidate
),

-- A text lighter than eight of the rarest features counts as that heavy: one of two words that
-- both occur in a page is not yet what the page tells of.
scores as (
    select
        shared_weights.page_id,
        shared_weights.candidate,
        cast(shared_weights.shared_weight as double)
        / greatest(
            cast(candidate_weights.own_weight as double),
            8 * floor(1000 * ln(candidate_count.all_count + 1))
        ) as score,
    from shared_weights
    inner join candidate_weights on shared_weights.candidate = candidate_weights.candidate
    cross join candidate_count
),

ranked as (
    select
        page_id,
        candidate,
        score,
        row_number() over (partition by page_id order by score desc, candidate asc) as rank,
        count(*) over (partition by page_id) as candidate_count,
    from scores
)

select
    ranked.page_id,
    ranked.rank,
    n.article_id,
    n.related_position,
    n.title,
    ranked.score,
    ranked.candidate_count,
from ranked
inner join numbered_candidates as n on ranked.candidate = n.candidate
where ranked.rank <= 10
order by ranked.page_id, ranked.rank
