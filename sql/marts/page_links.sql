-- Which articles and related items does each page tell of, and by which evidence?
-- Grain: one page and one article or related item it is linked to; one row for a page without any.
-- Odd but linear: a page is compared with the candidates that its rarest features bring, rarest
-- first, 500 at most; fewer, but 10, where all pages with 500 each would be more pairs than
-- 4,000,000 and 2,000 for each article. A date and a provider together bring, too; they weigh
-- nothing of their own.
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

items as (
    select
        'article' as target_kind,
        article_id,
        cast(null as integer) as related_position,
        cast(null as varchar) as item_key,
        title,
        excerpt,
        published_date,
        provider_domain,
        provider_name,
    from articles
    union all
    select
        'related' as target_kind,
        article_id,
        related_position,
        item_key,
        title,
        excerpt,
        cast(published_at as date) as published_date,
        provider_domain,
        provider_name,
    from mentioned_items
    where mention_rank = 1
),

-- Without a page there is nothing to compare.
candidates as (
    select
        cast(
            row_number() over (
                order by items.target_kind, items.article_id, items.related_position
            ) as integer
        ) as candidate,
        items.target_kind,
        items.article_id,
        items.related_position,
        items.item_key,
        items.title,
        concat_ws(' ', items.title, items.excerpt) as words,
        cast(items.published_date as varchar) as named_date,
        lower(
            coalesce(
                items.provider_name,
                case when providers.name_count = 1 then providers.provider_name end,
                items.provider_domain
            )
        ) as named_provider,
        case when providers.name_count > 1 then providers.provider_domain end as named_platform,
    from items
    inner join page_numbers on page_numbers.page_number = 1
    left join providers on items.provider_domain = providers.provider_domain
),

candidate_counts as (
    select count(*) as candidate_count,
    from candidates
),

candidate_limits as (
    select
        greatest(
            10,
            least(
                500,
                (4000000 + 2000 * (select count(*), from articles)) // greatest(count(*), 1)
            )
        ) as most_candidates,
    from pages
),

-- Candidates have positive numbers, pages negative ones.
tokens as (
    select
        candidate as document,
        unnest(string_split(words, ' ')) as token,
    from candidates
    union all
    select
        -page_numbers.page_number as document,
        unnest(string_split(page_paragraphs.text, ' ')) as token,
    from page_paragraphs
    inner join page_numbers on page_paragraphs.page_id = page_numbers.page_id
    where page_paragraphs.role in ('headline', 'dek', 'body')
),

-- Every date with every provider would be millions of pairs for one page of lists: the 20 of each
-- that a page names most are paired. Candidates have one date and at most two providers.
ranked_mentions as (
    select
        page_id,
        kind,
        value,
        row_number() over (
            partition by page_id, kind order by mention_count desc, first_paragraph asc, value asc
        ) as mention_rank,
    from page_mentions
    where kind in ('date', 'provider')
),

-- A platform with many names can be named itself, beside the name the candidate has there.
single_labels as (
    select
        candidate as document,
        'date' as kind,
        named_date as feature,
        1 as mention_rank,
    from candidates
    where named_date is not null
    union all
    select
        candidate as document,
        'provider' as kind,
        named_provider as feature,
        1 as mention_rank,
    from candidates
    where named_provider is not null
    union all
    select
        candidate as document,
        'provider' as kind,
        named_platform as feature,
        1 as mention_rank,
    from candidates
    where named_platform is not null
    union all
    select
        -page_numbers.page_number as document,
        ranked_mentions.kind,
        lower(ranked_mentions.value) as feature,
        ranked_mentions.mention_rank,
    from ranked_mentions
    inner join page_numbers on ranked_mentions.page_id = page_numbers.page_id
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
    where
        dated.kind = 'date'
        and named.kind = 'provider'
        and dated.mention_rank <= 20
        and named.mention_rank <= 20
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

feature_rarities as (
    select
        document_features.feature_number,
        count(*) as candidate_count,
        ln(
            cast(candidate_counts.candidate_count + 1 as double) / cast(count(*) as double)
        ) as rarity,
    from document_features
    cross join candidate_counts
    where document_features.document > 0
    group by document_features.feature_number, candidate_counts.candidate_count
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
    from feature_rarities
    inner join vocabulary on feature_rarities.feature_number = vocabulary.feature_number
),

-- A text lighter than the average counts as an average one.
full_weights as (
    select
        document_features.document as candidate,
        greatest(
            cast(sum(features.weight) as bigint),
            cast(sum(sum(features.weight)) over () as bigint) // count(*) over ()
        ) as full_weight,
    from document_features
    inner join features on document_features.feature_number = features.feature_number
    where document_features.document > 0
    group by document_features.document
),

known_features as (
    select
        -document_features.document as page_number,
        features.kind,
        features.feature,
        features.feature_number,
        features.candidate_count,
        features.weight,
        cast(features.feature_number as bigint) * 1000000000 - document_features.document
            as page_feature,
        sum(features.candidate_count) over (
            partition by document_features.document
            order by features.candidate_count, features.feature_number
            rows between unbounded preceding and current row
        ) <= candidate_limits.most_candidates as is_bringing,
    from document_features
    inner join features on document_features.feature_number = features.feature_number
    cross join candidate_limits
    where document_features.document < 0
),

shared_features as (
    select feature_number,
    from known_features
    group by feature_number
),

-- What pages and candidates share lies in the features that some page has.
comparable_features as (
    select
        document_features.document as candidate,
        document_features.feature_number,
    from document_features
    inner join shared_features on document_features.feature_number = shared_features.feature_number
    where document_features.document > 0
),

pairs as (
    select
        known_features.page_number,
        comparable_features.candidate,
    from known_features
    inner join comparable_features
        on known_features.feature_number = comparable_features.feature_number
    where known_features.is_bringing
    group by known_features.page_number, comparable_features.candidate
),

matches as (
    select
        pairs.page_number,
        pairs.candidate,
        known_features.kind = 'word' as is_word,
        known_features.weight,
        known_features.page_feature,
    from pairs
    inner join comparable_features on pairs.candidate = comparable_features.candidate
    inner join known_features
        on
            comparable_features.feature_number * cast(1000000000 as bigint) + pairs.page_number
            = known_features.page_feature
),

-- A date or provider alone links nothing: a title of two words that both occur in a page is not
-- yet what the page tells of.
shared_weights as (
    select
        page_number,
        candidate,
        cast(sum(weight) as bigint) as shared_weight,
    from matches
    group by page_number, candidate
    having count(*) filter (where is_word) >= 3 and sum(weight) > 0
),

-- 0.4 is what a link takes.
scores as (
    select
        shared_weights.page_number,
        shared_weights.candidate,
        shared_weights.shared_weight,
        full_weights.full_weight,
        cast(shared_weights.shared_weight as double)
        / cast(full_weights.full_weight as double) as score,
        shared_weights.shared_weight * 10 >= full_weights.full_weight * 4 as is_link,
    from shared_weights
    inner join full_weights on shared_weights.candidate = full_weights.candidate
),

listed_items as (
    select
        scores.page_number,
        items.candidate,
    from scores
    inner join candidates as linked
        on scores.candidate = linked.candidate and linked.target_kind = 'article'
    inner join mentioned_items on linked.article_id = mentioned_items.article_id
    inner join candidates as items on mentioned_items.item_key = items.item_key
    where scores.is_link
    group by scores.page_number, items.candidate
),

-- What a linked article lists is linked with less, too.
links as (
    select
        scores.page_number,
        scores.candidate,
        scores.full_weight,
        scores.score,
        not scores.is_link as is_listed,
        row_number() over (
            partition by scores.page_number order by scores.score desc, scores.candidate asc
        ) as link_rank,
    from scores
    left join listed_items
        on
            scores.page_number = listed_items.page_number
            and scores.candidate = listed_items.candidate
    where scores.is_link or listed_items.candidate is not null
    qualify link_rank <= 10
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
    inner join matches
        on links.page_number = matches.page_number and links.candidate = matches.candidate
    inner join known_features on matches.page_feature = known_features.page_feature
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
        page_number,
        candidate,
        shared_weight * 100 // full_weight as hundredths,
        count(*) over (partition by page_number) as compared_count,
        row_number() over (
            partition by page_number order by score desc, candidate asc
        ) as nearest_rank,
    from scores
)

select
    page_numbers.page_id,
    cast(coalesce(links.link_rank, 1) as bigint) as rank,
    count(*) over (partition by page_numbers.page_id, links.score) > 1 as is_rank_tied,
    coalesce(candidates.target_kind, 'none') as target_kind,
    case candidates.target_kind when 'article' then candidates.article_id end as article_id,
    case candidates.target_kind when 'related' then candidates.article_id end
        as listing_article_id,
    candidates.related_position,
    candidates.title,
    links.score,
    cast(coalesce(link_evidence.word_weight, 0) as double)
    / cast(links.full_weight as double) as word_score,
    cast(coalesce(link_evidence.date_weight, 0) as double)
    / cast(links.full_weight as double) as date_score,
    cast(coalesce(link_evidence.provider_weight, 0) as double)
    / cast(links.full_weight as double) as provider_score,
    cast(coalesce(link_evidence.word_count, 0) as bigint) as matched_term_count,
    link_evidence.words as matched_terms,
    cast(link_evidence.named_date as date) as matched_date,
    link_evidence.named_providers as matched_provider,
    case
        when links.candidate is null then 'none'
        else concat_ws(
            '+',
            case when links.is_listed then 'listed' end,
            case when link_evidence.word_count > 0 then 'terms' end,
            case when link_evidence.named_date is not null then 'date' end,
            case when link_evidence.named_providers is not null then 'provider' end
        )
    end as method,
    case
        when links.candidate is not null then null
        when candidate_counts.candidate_count = 0
            then 'the archive has no article or related item to compare with'
        when worded_pages.page_id is null then 'the page has no words to compare'
        when nearest.page_number is null
            then 'no article or related item shares three words with the page'
        else concat_ws(
            ' ',
            'the nearest of', cast(nearest.compared_count as varchar),
            'compared scores', cast(nearest.hundredths as varchar),
            'hundredths, a link takes 40:', near_candidates.title
        )
    end as link_note,
from page_numbers
cross join candidate_counts
left join links on page_numbers.page_number = links.page_number
left join candidates on links.candidate = candidates.candidate
left join link_evidence
    on
        links.page_number = link_evidence.page_number
        and links.candidate = link_evidence.candidate
left join worded_pages on page_numbers.page_id = worded_pages.page_id
left join nearest
    on page_numbers.page_number = nearest.page_number and nearest.nearest_rank = 1
left join candidates as near_candidates on nearest.candidate = near_candidates.candidate
order by page_numbers.page_id, rank
