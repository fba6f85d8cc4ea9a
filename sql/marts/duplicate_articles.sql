-- Which articles repeat an earlier one, so that counts of articles hold the same thing twice?
-- Grain: one article that repeats an earlier one. Titles and excerpts of fewer than 9 words
-- together, such as those of a daily column, repeat nothing.
with article_words as (
    select
        article_id,
        canonical_url,
        concat_ws('|', provider_domain, lower(provider_name)) as provider,
        trim(regexp_replace(canonical_title, '[^\p{L}\p{M}\p{N}]+', ' ', 'g')) as title_words,
        trim(
            regexp_replace(lower(coalesce(excerpt, '')), '[^\p{L}\p{M}\p{N}]+', ' ', 'g')
        ) as excerpt_words,
        published_at,
    from normalized_articles
),

ranked_articles as (
    select
        article_id,
        canonical_url,
        case
            when array_length(string_split(concat_ws(' ', title_words, excerpt_words), ' ')) >= 9
                then md5(concat_ws('|', provider, title_words, excerpt_words))
        end as text_key,
        row_number() over (order by published_at asc, article_id asc) as n,
    from article_words
),

text_firsts as (
    select
        text_key,
        min(n) as first_n,
    from ranked_articles
    where text_key is not null
    group by text_key
    having count(*) > 1
),

repeats as (
    select
        ranked_articles.article_id,
        case when url_owner.article_id <> ranked_articles.article_id then url_owner.article_id end
            as same_url_id,
        firsts.article_id as same_text_id,
    from ranked_articles
    left join url_owner on ranked_articles.canonical_url = url_owner.canonical_url
    left join text_firsts
        on
            ranked_articles.text_key = text_firsts.text_key
            and ranked_articles.n > text_firsts.first_n
    left join ranked_articles as firsts on text_firsts.first_n = firsts.n
)

select
    article_id,
    coalesce(same_url_id, same_text_id) as duplicate_of,
    case when same_url_id is not null then 'same_url' else 'same_provider_and_title' end as reason,
from repeats
where same_url_id is not null or same_text_id is not null
order by article_id
