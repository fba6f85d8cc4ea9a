-- Which articles and related items does each page tell of, and by which evidence?
-- Grain: one page and one article or related item it is linked to; one row for a page without any.
-- Odd but linear: a page is compared with the candidates that its rarest features bring, rarest
-- first, 500 at most. A date and a provider together bring, too; they weigh nothing of their own.
-- Texts are split at blanks first, so that only distinct pieces are cut into words.
with page_numbers as (
    select
        page_id,
        cast(row_number() over (order by page_id) as integer) as page_number,
    from pages
),

mentioned_items as (
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

article_counts as (
    select count(*) as article_count,
    from articles
),

candidates as (
    select
        row_number() over (order by articles.article_id) as candidate,
        articles.article_id,
        cast(null as integer) as related_position,
        cast(null as varchar) as item_key,
        articles.title,
        concat_ws(' ', articles.title, articles.excerpt) as words,
        articles.published_date,
        articles.provider_domain,
        articles.provider_name,
    from articles
    inner join page_numbers on page_numbers.page_number = 1
    union all
    select
        article_counts.article_count + row_number() over (
            order by mentioned_items.article_id, mentioned_items.related_position
        ) as candidate,
        mentioned_items.article_id,
        mentioned_items.related_position,
        mentioned_items.item_key,
        mentioned_items.title,
        concat_ws(' ', mentioned_items.title, mentioned_items.excerpt) as words,
        cast(mentioned_items.published_at as date) as published_date,
        mentioned_items.provider_domain,
        mentioned_items.provider_name,
    from mentioned_items
    inner join page_numbers on page_numbers.page_number = 1
    cross join article_counts
    where mentioned_items.mention_rank = 1
),

candidate_counts as (
    select count(*) as candidate_count,
    from candidates
),

texts as (
    select
        cast(candidates.candidate as integer) as candidate,
        candidates.words,
        cast(candidates.published_date as varchar) as named_date,
        lower(
            coalesce(
                candidates.provider_name,
                case when providers.name_count = 1 then providers.provider_name end,
                candidates.provider_domain
            )
        ) as named_provider,
        case when providers.name_count > 1 then providers.provider_domain end as named_platform,
    from candidates
    left join providers on candidates.provider_domain = providers.provider_domain
),

-- Candidates have positive numbers, pages negative ones.
tokens as (
    select
        candidate as document,
        unnest(string_split(words, ' ')) as token,
    from texts
    union all
    select
        -page_numbers.page_number as document,
        unnest(string_split(page_paragraphs.text, ' ')) as token,
    from page_paragraphs
    inner join page_numbers on page_paragraphs.page_id = page_numbers.page_id
    where page_paragraphs.role in ('headline', 'dek', 'body')
),

-- A platform with many names can be named itself, beside the name the candidate has there.
single_labels as (
    select
        candidate as document,
        'date' as kind,
        named_date as feature,
    from texts
    where named_date is not null
    union all
    select
        candidate as document,
        'provider' as kind,
        named_provider as feature,
    from texts
    where named_provider is not null
    union all
    select
        candidate as document,
        'provider' as kind,
        named_platform as feature,
    from texts
    where named_platform is not null
    union all
    select
        -page_numbers.page_number as document,
        page_mentions.kind,
        lower(page_mentions.value) as feature,
    from page_mentions
    inner join page_numbers on page_mentions.page_id = page_numbers.page_id
    where page_mentions.kind in ('date', 'provider')
),

labels as (
    select
        document,
        kind,
        feature,
    from single_labels
    union all
    select
        dated.document,
        'dated provider' as kind,
        concat_ws(' ', dated.feature, named.feature) as feature,
    from single_labels as dated
    inner join single_labels as named on dated.document = named.document
    where dated.kind = 'date' and named.kind = 'provider'
),

distinct_tokens as (
    select
        token,
        regexp_replace(lower(token), '[^\p{L}\p{M}\p{N}+#]+', ' ', 'g') as words,
    from tokens
    group by token
),

token_words as (
    select
        token,
        unnest(string_split(words, ' ')) as word,
    from distinct_tokens
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

distinct_features as (
    select
        'word' as kind,
        token_words.word as feature,
    from token_words
    left join function_words on token_words.word = function_words.word
    where length(token_words.word) > 1 and function_words.word is null
    union
    select
        kind,
        feature,
    from labels
),

vocabulary as (
    select
        kind,
        feature,
        cast(row_number() over (order by kind, feature) as integer) as feature_number,
    from distinct_features
),

token_features as (
    select
        token_words.token,
        vocabulary.feature_number,
    from token_words
    inner join vocabulary on token_words.word = vocabulary.feature and vocabulary.kind = 'word'
    group by token_words.token, vocabulary.feature_number
),

document_features as (
    select
        tokens.document,
        token_features.feature_number,
    from tokens
    inner join token_features on tokens.token = token_features.token
    union
    select
        labels.document,
        vocabulary.feature_number,
    from labels
    inner join vocabulary on labels.kind = vocabulary.kind and labels.feature = vocabulary.feature
),

feature_counts as (
    select
        feature_number,
        count(*) as candidate_count,
    from document_features
    where document > 0
    group by feature_number
),

feature_rarities as (
    select
        feature_counts.feature_number,
        feature_counts.candidate_count,
        ln(
            cast(candidate_counts.candidate_count + 1 as double)
            / cast(feature_counts.candidate_count as double)
        ) as rarity,
        feature_counts.candidate_count * 25 > candidate_counts.candidate_count as is_common,
    from feature_counts
    cross join candidate_counts
),

-- Whole thousandths, so that their sums do not depend on order.
features as (
    select
        vocabulary.kind,
        vocabulary.feature,
        vocabulary.feature_number,
        feature_rarities.candidate_count,
        cast(
            floor(
                case vocabulary.kind
                    when 'word' then 1000
                    when 'dated provider' then 0
                    else 3000
                end
                * feature_rarities.rarity * feature_rarities.rarity
            ) as bigint
        ) as weight,
        feature_rarities.is_common,
    from feature_rarities
    inner join vocabulary on feature_rarities.feature_number = vocabulary.feature_number
),

candidate_weights as (
    select
        document_features.document as candidate,
        sum(features.weight) as own_weight,
        sum(features.weight) filter (where features.is_common) as common_weight,
    from document_features
    inner join features on document_features.feature_number = features.feature_number
    where document_features.document > 0
    group by document_features.document
),

average_weights as (
    select cast(sum(own_weight) as bigint) // count(*) as average_weight,
    from candidate_weights
),

-- A text lighter than the average counts as an average one.
full_weights as (
    select
        candidate_weights.candidate,
        cast(coalesce(candidate_weights.common_weight, 0) as bigint) as common_weight,
        cast(
            greatest(candidate_weights.own_weight, average_weights.average_weight) as bigint
        ) as full_weight,
    from candidate_weights
    cross join average_weights
),

brought_counts as (
    select
        -document_features.document as page_number,
        features.kind,
        features.feature,
        features.feature_number,
        features.candidate_count,
        features.weight,
        features.is_common,
        coalesce(
            sum(features.candidate_count) over (
                partition by document_features.document
                order by features.candidate_count, features.feature_number
                rows between unbounded preceding and 1 preceding
            ),
            0
        ) as brought_count,
    from document_features
    inner join features on document_features.feature_number = features.feature_number
    where document_features.document < 0
),

known_features as (
    select
        page_number,
        kind,
        feature,
        feature_number,
        candidate_count,
        weight,
        is_common,
        brought_count + candidate_count <= 500 as is_bringing,
        cast(feature_number as bigint) * 1000000000 + page_number as page_feature,
    from brought_counts
),

shared_features as (
    select
        feature_number,
        min(is_common and not is_bringing) as is_common,
    from known_features
    group by feature_number
),

-- What pages and candidates share lies in the features that some page has.
comparable_features as (
    select
        document_features.document as candidate,
        document_features.feature_number,
        shared_features.is_common,
    from document_features
    inner join shared_features on document_features.feature_number = shared_features.feature_number
    where document_features.document > 0
),

pairs as (
    select
        known_features.page_number,
        document_features.document as candidate,
    from known_features
    inner join document_features
        on known_features.feature_number = document_features.feature_number
    where known_features.is_bringing and document_features.document > 0
    group by known_features.page_number, document_features.document
),

rare_weights as (
    select
        pairs.page_number,
        pairs.candidate,
        sum(known_features.weight) as rare_weight,
    from pairs
    inner join comparable_features
        on pairs.candidate = comparable_features.candidate and not comparable_features.is_common
    inner join known_features
        on
            comparable_features.feature_number * cast(1000000000 as bigint) + pairs.page_number
            = known_features.page_feature
    group by pairs.page_number, pairs.candidate
),

-- 0.4 is what a link takes: pairs that stay below it with all common features shared are left.
likely_pairs as (
    select
        rare_weights.page_number,
        rare_weights.candidate,
        full_weights.full_weight,
    from rare_weights
    inner join full_weights on rare_weights.candidate = full_weights.candidate
    where
        full_weights.full_weight * 4
        <= (rare_weights.rare_weight + full_weights.common_weight) * 10
),

-- A date or provider alone links nothing: a title of two words that both occur in a page is not
-- yet what the page tells of.
direct_links as (
    select
        likely_pairs.page_number,
        likely_pairs.candidate,
        likely_pairs.full_weight,
        cast(sum(known_features.weight) as bigint) as shared_weight,
    from likely_pairs
    inner join comparable_features on likely_pairs.candidate = comparable_features.candidate
    inner join known_features
        on
            comparable_features.feature_number * cast(1000000000 as bigint)
            + likely_pairs.page_number
            = known_features.page_feature
    group by likely_pairs.page_number, likely_pairs.candidate, likely_pairs.full_weight
    having
        count(*) filter (where known_features.kind = 'word') >= 3
        and sum(known_features.weight) * 10 >= likely_pairs.full_weight * 4
),

listed_items as (
    select
        direct_links.page_number,
        items.candidate,
    from direct_links
    inner join candidates as linked
        on direct_links.candidate = linked.candidate and linked.item_key is null
    inner join mentioned_items on linked.article_id = mentioned_items.article_id
    inner join candidates as items on mentioned_items.item_key = items.item_key
    group by direct_links.page_number, items.candidate
),

linked_pages as (
    select page_number,
    from direct_links
    group by page_number
),

unlinked_pages as (
    select
        page_numbers.page_id,
        page_numbers.page_number,
    from page_numbers
    left join linked_pages on page_numbers.page_number = linked_pages.page_number
    where linked_pages.page_number is null
),

-- Other pairs are needed where a page has no link, and for what linked articles list.
other_pairs as (
    select
        pairs.page_number,
        pairs.candidate,
    from pairs
    inner join unlinked_pages on pairs.page_number = unlinked_pages.page_number
    union all
    select
        pairs.page_number,
        pairs.candidate,
    from pairs
    inner join listed_items
        on
            pairs.page_number = listed_items.page_number
            and pairs.candidate = listed_items.candidate
),

other_scores as (
    select
        other_pairs.page_number,
        other_pairs.candidate,
        full_weights.full_weight,
        cast(sum(known_features.weight) as bigint) as shared_weight,
    from other_pairs
    inner join full_weights on other_pairs.candidate = full_weights.candidate
    inner join comparable_features on other_pairs.candidate = comparable_features.candidate
    inner join known_features
        on
            comparable_features.feature_number * cast(1000000000 as bigint)
            + other_pairs.page_number
            = known_features.page_feature
    group by other_pairs.page_number, other_pairs.candidate, full_weights.full_weight
    having
        count(*) filter (where known_features.kind = 'word') >= 3
        and sum(known_features.weight) > 0
),

found_links as (
    select
        page_number,
        candidate,
        shared_weight,
        full_weight,
        false as is_listed,
    from direct_links
    union all
    select
        other_scores.page_number,
        other_scores.candidate,
        other_scores.shared_weight,
        other_scores.full_weight,
        true as is_listed,
    from other_scores
    inner join linked_pages on other_scores.page_number = linked_pages.page_number
    where other_scores.shared_weight * 10 < other_scores.full_weight * 4
),

ranked_links as (
    select
        page_number,
        candidate,
        full_weight,
        is_listed,
        row_number() over (
            partition by page_number
            order by
                cast(shared_weight as double) / cast(full_weight as double) desc,
                candidate asc
        ) as link_rank,
    from found_links
),

links as (
    select
        page_number,
        candidate,
        full_weight,
        is_listed,
        link_rank,
    from ranked_links
    where link_rank <= 10
),

provider_values as (
    select
        lower(value) as feature,
        min(value) as value,
    from page_mentions
    where kind = 'provider'
    group by lower(value)
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
            known_features.feature,
            ', ' order by known_features.candidate_count, known_features.feature_number
        ) filter (where known_features.kind = 'word') as words,
        max(known_features.feature) filter (where known_features.kind = 'date') as named_date,
        string_agg(
            provider_values.value,
            ', ' order by known_features.candidate_count, known_features.feature_number
        ) filter (where known_features.kind = 'provider') as named_providers,
    from links
    inner join comparable_features on links.candidate = comparable_features.candidate
    inner join known_features
        on
            comparable_features.feature_number * cast(1000000000 as bigint) + links.page_number
            = known_features.page_feature
    left join provider_values
        on known_features.kind = 'provider' and known_features.feature = provider_values.feature
    group by links.page_number, links.candidate
),

worded_pages as (
    select page_id,
    from page_paragraphs
    where
        role in ('headline', 'dek', 'body')
        and regexp_extract(lower(text), '([\p{L}\p{M}\p{N}+#]{2})', 1) <> ''
    group by page_id
),

nearest as (
    select
        other_scores.page_number,
        other_scores.candidate,
        other_scores.shared_weight * 100 // other_scores.full_weight as hundredths,
        count(*) over (partition by other_scores.page_number) as compared_count,
        row_number() over (
            partition by other_scores.page_number
            order by
                cast(other_scores.shared_weight as double)
                / cast(other_scores.full_weight as double) desc,
                other_scores.candidate asc
        ) as nearest_rank,
    from other_scores
    inner join unlinked_pages on other_scores.page_number = unlinked_pages.page_number
),

page_links as (
    select
        page_numbers.page_id,
        links.link_rank as rank,
        case when candidates.item_key is null then 'article' else 'related' end as target_kind,
        case when candidates.item_key is null then candidates.article_id end as article_id,
        case when candidates.item_key is not null then candidates.article_id end
            as listing_article_id,
        candidates.related_position,
        candidates.title,
        cast(link_evidence.shared_weight as double)
        / cast(links.full_weight as double) as score,
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
    inner join link_evidence
        on
            links.page_number = link_evidence.page_number
            and links.candidate = link_evidence.candidate
    inner join page_numbers on links.page_number = page_numbers.page_number
    inner join candidates on links.candidate = candidates.candidate
    union all
    select
        unlinked_pages.page_id,
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
                'hundredths, a link takes 40:', candidates.title
            )
        end as link_note,
    from unlinked_pages
    cross join candidate_counts
    left join worded_pages on unlinked_pages.page_id = worded_pages.page_id
    left join nearest
        on unlinked_pages.page_number = nearest.page_number and nearest.nearest_rank = 1
    left join candidates on nearest.candidate = candidates.candidate
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
