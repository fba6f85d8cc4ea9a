-- Which articles and related items does each page tell of, and by which evidence?
-- Grain: one page and one article or related item it is linked to; one row for a page without any.
-- Odd but linear: a page is compared with the candidates that its rarest features bring, rarest
-- first, until they have brought 500; one that more than 2,000 candidates share brings none.
with unresolved_items as (
    select
        article_id,
        related_position,
        coalesce(canonical_url, title) as item_key,
        title,
        excerpt,
        published_at,
        provider_domain,
        provider_name,
        row_number() over (
            partition by coalesce(canonical_url, title) order by article_id, related_position
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
        article_id,
        cast(null as varchar) as item_key,
        cast(null as varchar) as listing_article_id,
        cast(null as integer) as related_position,
        title,
        concat_ws(' ', title, excerpt) as words,
        published_date,
        provider_domain,
        provider_name,
    from articles
    union all
    select
        cast(null as varchar) as article_id,
        item_key,
        article_id as listing_article_id,
        related_position,
        title,
        concat_ws(' ', title, excerpt) as words,
        cast(published_at as date) as published_date,
        provider_domain,
        provider_name,
    from unresolved_items
    where mention_rank = 1
),

numbered_candidates as (
    select
        candidates.article_id,
        candidates.item_key,
        candidates.listing_article_id,
        candidates.related_position,
        candidates.title,
        candidates.words,
        candidates.published_date,
        candidates.provider_domain,
        candidates.provider_name,
        cast(
            row_number() over (
                order by
                    candidates.article_id asc nulls last,
                    candidates.listing_article_id asc,
                    candidates.related_position asc
            ) as integer
        ) as candidate,
    from candidates
    inner join page_count on page_count.page_count > 0
),

-- English words that say nothing of a subject; in a large archive rarity alone would do.
function_words as (
    select
        unnest(
            string_split(
                'about after again against all also although am an and any are as at be because'
                || ' been before being between both but by can could did do does doing down'
                || ' during each for from further had has have having he her here hers him his'
                || ' how if in into is it its itself just may me might more most must my no nor'
                || ' not now of off on once one only or other our out over own said same say says'
                || ' she should so some such than that the their them then there these they this'
                || ' those through to too under until up us very was we were what when where which'
                || ' while who whom why will with would you your',
                ' '
            )
        ) as word,
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
        candidate_words.candidate,
        'word' as kind,
        candidate_words.word as feature,
    from candidate_words
    left join function_words on candidate_words.word = function_words.word
    where length(candidate_words.word) > 1 and function_words.word is null
    union
    select
        candidate,
        'date' as kind,
        cast(published_date as varchar) as feature,
    from numbered_candidates
    where published_date is not null
    union
    select
        numbered_candidates.candidate,
        'provider' as kind,
        lower(
            coalesce(
                numbered_candidates.provider_name,
                providers.provider_name,
                numbered_candidates.provider_domain
            )
        ) as feature,
    from numbered_candidates
    left join providers
        on
            numbered_candidates.provider_domain = providers.provider_domain
            and providers.name_count = 1
    where
        numbered_candidates.provider_name is not null
        or numbered_candidates.provider_domain is not null
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

candidate_counts as (
    select count(*) as candidate_count,
    from numbered_candidates
),

feature_rarities as (
    select
        feature_counts.kind,
        feature_counts.feature,
        feature_counts.candidate_count,
        ln(
            cast(candidate_counts.candidate_count + 1 as double)
            / cast(feature_counts.candidate_count as double)
        ) as rarity,
    from feature_counts
    cross join candidate_counts
),

-- Whole thousandths, so that their sums do not depend on order.
features as (
    select
        kind,
        feature,
        candidate_count,
        cast(row_number() over (order by candidate_count, kind, feature) as integer)
            as feature_number,
        cast(
            floor(case when kind = 'word' then 1000 else 3000 end * rarity * rarity) as bigint
        ) as weight,
    from feature_rarities
),

numbered_features as (
    select
        candidate_features.candidate,
        features.feature_number,
        features.weight,
    from candidate_features
    inner join features
        on candidate_features.kind = features.kind and candidate_features.feature = features.feature
),

page_numbers as (
    select
        page_id,
        row_number() over (order by page_id) as page_number,
    from pages
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
        word as evidence,
    from page_words
    where length(word) > 1
    union
    select
        page_id,
        kind,
        lower(value) as feature,
        value as evidence,
    from page_mentions
    where kind in ('date', 'provider')
),

known_features as (
    select
        page_numbers.page_number,
        features.feature_number,
        page_numbers.page_number * 1000000000 + features.feature_number as page_feature,
        page_features.kind,
        page_features.evidence,
        features.weight,
        features.candidate_count,
        coalesce(
            sum(features.candidate_count) over (
                partition by page_numbers.page_number
                order by features.feature_number
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as brought_count,
    from page_features
    inner join page_numbers on page_features.page_id = page_numbers.page_id
    inner join features
        on page_features.kind = features.kind and page_features.feature = features.feature
),

pairs as (
    select
        known_features.page_number,
        numbered_features.candidate,
    from known_features
    inner join numbered_features on known_features.feature_number = numbered_features.feature_number
    where known_features.brought_count < 500 and known_features.candidate_count <= 2000
    group by known_features.page_number, numbered_features.candidate
),

candidate_weights as (
    select
        candidate,
        sum(weight) as own_weight,
    from numbered_features
    group by candidate
),

average_weights as (
    select cast(sum(own_weight) as bigint) // count(*) as average_weight,
    from candidate_weights
),

shared_weights as (
    select
        pairs.page_number,
        pairs.candidate,
        sum(known_features.weight) as shared_weight,
        count(*) filter (where known_features.kind = 'word') as shared_word_count,
    from pairs
    inner join numbered_features on pairs.candidate = numbered_features.candidate
    inner join known_features
        on
            pairs.page_number * 1000000000 + numbered_features.feature_number
            = known_features.page_feature
    group by pairs.page_number, pairs.candidate
),

-- A text lighter than the average counts as an average one, and a date or provider alone links
-- nothing: a title of two words that both occur in a page is not yet what the page tells of.
scores as (
    select
        shared_weights.page_number,
        shared_weights.candidate,
        shared_weights.shared_weight,
        greatest(candidate_weights.own_weight, average_weights.average_weight) as full_weight,
    from shared_weights
    inner join candidate_weights on shared_weights.candidate = candidate_weights.candidate
    cross join average_weights
    where shared_weights.shared_weight > 0 and shared_weights.shared_word_count >= 3
),

-- 0.4 is what a link takes.
direct_links as (
    select
        page_number,
        candidate,
    from scores
    where shared_weight * 10 >= full_weight * 4
),

listed_items as (
    select
        direct_links.page_number,
        items.candidate,
    from direct_links
    inner join numbered_candidates as linked on direct_links.candidate = linked.candidate
    inner join unresolved_items on linked.article_id = unresolved_items.article_id
    inner join numbered_candidates as items on unresolved_items.item_key = items.item_key
    group by direct_links.page_number, items.candidate
),

links as (
    select
        scores.page_number,
        scores.candidate,
        scores.full_weight,
        direct_links.candidate is null as is_listed,
        row_number() over (
            partition by scores.page_number
            order by
                cast(scores.shared_weight as double) / cast(scores.full_weight as double) desc,
                scores.candidate asc
        ) as link_rank,
    from scores
    left join direct_links
        on
            scores.page_number = direct_links.page_number
            and scores.candidate = direct_links.candidate
    left join listed_items
        on
            scores.page_number = listed_items.page_number
            and scores.candidate = listed_items.candidate
    where direct_links.candidate is not null or listed_items.candidate is not null
),

link_evidence as (
    select
        links.page_number,
        links.candidate,
        sum(known_features.weight) as shared_weight,
        sum(known_features.weight) filter (where known_features.kind = 'word') as word_weight,
        sum(known_features.weight) filter (where known_features.kind = 'date') as date_weight,
        sum(known_features.weight) filter (where known_features.kind = 'provider')
            as provider_weight,
        count(*) filter (where known_features.kind = 'word') as word_count,
        string_agg(
            case when known_features.kind = 'word' then known_features.evidence end,
            ', ' order by known_features.feature_number
        ) as words,
        max(case when known_features.kind = 'date' then known_features.evidence end)
            as named_date,
        string_agg(
            case when known_features.kind = 'provider' then known_features.evidence end,
            ', ' order by known_features.feature_number
        ) as named_providers,
    from links
    inner join numbered_features on links.candidate = numbered_features.candidate
    inner join known_features
        on
            links.page_number * 1000000000 + numbered_features.feature_number
            = known_features.page_feature
    where links.link_rank <= 10
    group by links.page_number, links.candidate
),

nearest as (
    select
        scores.page_number,
        numbered_candidates.title,
        scores.shared_weight * 100 // scores.full_weight as hundredths,
        count(*) over (partition by scores.page_number) as compared_count,
        row_number() over (
            partition by scores.page_number
            order by
                cast(scores.shared_weight as double) / cast(scores.full_weight as double) desc,
                scores.candidate asc
        ) as nearest_rank,
    from scores
    inner join numbered_candidates on scores.candidate = numbered_candidates.candidate
),

worded_pages as (
    select page_id,
    from page_words
    where length(word) > 1
    group by page_id
),

page_links as (
    select
        page_numbers.page_id,
        links.link_rank as rank,
        case when numbered_candidates.article_id is null then 'related' else 'article' end
            as target_kind,
        numbered_candidates.article_id,
        numbered_candidates.listing_article_id,
        numbered_candidates.related_position,
        numbered_candidates.title,
        cast(link_evidence.shared_weight as double) / cast(links.full_weight as double) as score,
        cast(coalesce(link_evidence.word_weight, 0) as double)
        / cast(links.full_weight as double) as word_score,
        cast(coalesce(link_evidence.date_weight, 0) as double)
        / cast(links.full_weight as double) as date_score,
        cast(coalesce(link_evidence.provider_weight, 0) as double)
        / cast(links.full_weight as double) as provider_score,
        link_evidence.word_count as matched_term_count,
        link_evidence.words as matched_terms,
        cast(link_evidence.named_date as date) as matched_date,
        link_evidence.named_providers as matched_provider,
        concat_ws(
            '+',
            case when links.is_listed then 'listed' end,
            case when link_evidence.word_count > 0 then 'terms' end,
            case when link_evidence.named_date is not null then 'date' end,
            case when link_evidence.named_providers is not null then 'provider' end
        ) as method,
        cast(null as varchar) as link_note,
    from links
    inner join page_numbers on links.page_number = page_numbers.page_number
    inner join numbered_candidates on links.candidate = numbered_candidates.candidate
    inner join link_evidence
        on
            links.page_number = link_evidence.page_number
            and links.candidate = link_evidence.candidate
    union all
    select
        page_numbers.page_id,
        1 as rank,
        'none' as target_kind,
        cast(null as varchar) as article_id,
        cast(null as varchar) as listing_article_id,
        cast(null as integer) as related_position,
        cast(null as varchar) as title,
        cast(null as double) as score,
        cast(null as double) as word_score,
        cast(null as double) as date_score,
        cast(null as double) as provider_score,
        0 as matched_term_count,
        cast(null as varchar) as matched_terms,
        cast(null as date) as matched_date,
        cast(null as varchar) as matched_provider,
        'none' as method,
        case
            when candidate_counts.candidate_count = 0
                then 'the archive has no article or related item to compare with'
            when worded_pages.page_id is null then 'the page has no words to compare'
            when nearest.page_number is null
                then 'no article or related item shares three words with the page'
            else concat_ws(
                ' ',
                'the nearest of', cast(nearest.compared_count as varchar),
                'compared scores', cast(nearest.hundredths as varchar),
                'hundredths, a link takes 40:', nearest.title
            )
        end as link_note,
    from page_numbers
    cross join candidate_counts
    left join worded_pages on page_numbers.page_id = worded_pages.page_id
    left join nearest
        on page_numbers.page_number = nearest.page_number and nearest.nearest_rank = 1
    left join links on page_numbers.page_number = links.page_number and links.link_rank = 1
    where links.page_number is null
)

select
    page_id,
    cast(rank as bigint) as rank,
    count(*) over (partition by page_id, score) > 1 as is_rank_tied,
    target_kind,
    article_id,
    listing_article_id,
    related_position,
    title,
    score,
    word_score,
    date_score,
    provider_score,
    cast(matched_term_count as bigint) as matched_term_count,
    matched_terms,
    matched_date,
    matched_provider,
    method,
    link_note,
from page_links
order by page_id, rank
