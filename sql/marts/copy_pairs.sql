-- Which articles are copies or edits of one another?
-- Grain: one pair of articles, the earlier one first: of articles with the same text the first with
-- each other one, of like texts their first articles.
-- The text is the excerpt; without one of 9 words or more, it is the title. A shingle is two words
-- that follow one another. One that occurs often is a phrase of the archive and counts nowhere,
-- which bounds the pairs: each occurrence of another meets at most 29 others.
with word_lists as (
    select
        article_id,
        provider_domain,
        published_second,
        cast(row_number() over (order by published_at asc, article_id asc) as integer) as n,
        trim(regexp_replace(canonical_title, '[^\p{L}\p{M}\p{N}]+', ' ', 'g')) as title_words,
        trim(regexp_replace(lower(excerpt), '[^\p{L}\p{M}\p{N}]+', ' ', 'g')) as excerpt_words,
    from normalized_articles
),

digested_articles as (
    select
        article_id,
        provider_domain,
        published_second,
        n,
        title_words,
        md5(title_words) as title_key,
        case when array_length(string_split(excerpt_words, ' ')) >= 9 then excerpt_words end
            as excerpt_words,
        case when array_length(string_split(excerpt_words, ' ')) >= 9 then md5(excerpt_words) end
            as excerpt_key,
    from word_lists
),

repeated_excerpts as (
    select excerpt_key,
    from digested_articles
    where excerpt_key is not null
    group by excerpt_key
    having count(*) >= 3
),

provider_titles as (
    select
        digested_articles.excerpt_key,
        digested_articles.provider_domain,
        digested_articles.title_key,
    from digested_articles
    inner join repeated_excerpts
        on digested_articles.excerpt_key = repeated_excerpts.excerpt_key
    group by
        digested_articles.excerpt_key,
        digested_articles.provider_domain,
        digested_articles.title_key
),

-- What one provider puts under three titles or more is the standing line of a series.
provider_counts as (
    select
        excerpt_key,
        count(*) as title_count,
    from provider_titles
    group by excerpt_key, provider_domain
),

standing_excerpts as (
    select excerpt_key,
    from provider_counts
    where title_count >= 3
    group by excerpt_key
),

article_texts as (
    select
        digested_articles.article_id,
        digested_articles.published_second,
        digested_articles.n,
        digested_articles.title_key,
        digested_articles.title_words,
        case when standing_excerpts.excerpt_key is null then digested_articles.excerpt_words end
            as excerpt_words,
        case
            when standing_excerpts.excerpt_key is null
                then coalesce(digested_articles.excerpt_key, digested_articles.title_key)
            else digested_articles.title_key
        end as text_key,
    from digested_articles
    left join standing_excerpts
        on digested_articles.excerpt_key = standing_excerpts.excerpt_key
),

text_firsts as (
    select
        text_key,
        min(n) as first_n,
    from article_texts
    group by text_key
),

texts as (
    select
        article_texts.n,
        article_texts.published_second,
        article_texts.article_id,
        article_texts.title_key,
        article_texts.text_key,
        string_split(article_texts.title_words, ' ') as title_words,
        string_split(article_texts.excerpt_words, ' ') as excerpt_words,
    from article_texts
    inner join text_firsts on article_texts.n = text_firsts.first_n
),

shingles as (
    select
        n,
        in_excerpt,
        concat_ws(' ', list_extract(words, start), list_extract(words, start + 1)) as shingle,
    from (
        select
            n,
            1 as in_excerpt,
            excerpt_words as words,
            unnest(generate_series(1, array_length(excerpt_words) - 1)) as start,
        from texts
        where array_length(excerpt_words) > 1
        union all
        select
            n,
            0 as in_excerpt,
            title_words as words,
            unnest(generate_series(1, array_length(title_words) - 1)) as start,
        from texts
        where array_length(title_words) > 1
    ) as starts
),

-- In a small archive a template of few texts is a phrase already.
phrase_bounds as (
    select least(30, greatest(5, count(*) / 20)) as most_occurrences,
    from texts
),

repeated_shingles as (
    select
        shingle,
        count(*) as occurrence_count,
    from shingles
    group by shingle
    having count(*) > 1
),

marked_shingles as (
    select
        repeated_shingles.shingle,
        repeated_shingles.occurrence_count > phrase_bounds.most_occurrences as is_phrase,
    from repeated_shingles
    cross join phrase_bounds
),

shared_shingles as (
    select
        shingles.n,
        shingles.shingle,
        max(shingles.in_excerpt) as in_excerpt,
        count(*) as occurrence_count,
        sum(shingles.in_excerpt) as excerpt_occurrence_count,
    from shingles
    inner join marked_shingles on shingles.shingle = marked_shingles.shingle
    where not marked_shingles.is_phrase
    group by shingles.n, shingles.shingle
),

phrase_counts as (
    select
        shingles.n,
        count(*) as phrase_count,
        sum(shingles.in_excerpt) as excerpt_phrase_count,
    from shingles
    inner join marked_shingles on shingles.shingle = marked_shingles.shingle
    where marked_shingles.is_phrase
    group by shingles.n
),

repetition_counts as (
    select
        n,
        sum(occurrence_count - 1) as repetition_count,
        sum(excerpt_occurrence_count - in_excerpt) as excerpt_repetition_count,
    from shared_shingles
    group by n
),

-- A shingle that occurs once needs no looking for repetitions.
text_sizes as (
    select
        texts.n,
        greatest(coalesce(array_length(texts.excerpt_words), 0) - 1, 0)
        + greatest(array_length(texts.title_words) - 1, 0)
        - coalesce(phrase_counts.phrase_count, 0)
        - repetition_counts.repetition_count as shingle_count,
        greatest(coalesce(array_length(texts.excerpt_words), 0) - 1, 0)
        - coalesce(phrase_counts.excerpt_phrase_count, 0)
        - repetition_counts.excerpt_repetition_count as excerpt_shingle_count,
    from texts
    inner join repetition_counts on texts.n = repetition_counts.n
    left join phrase_counts on texts.n = phrase_counts.n
),

dated_shingles as (
    select
        shared_shingles.n,
        shared_shingles.shingle,
        shared_shingles.in_excerpt,
        texts.published_second,
    from shared_shingles
    inner join texts on shared_shingles.n = texts.n
),

-- What is alike weeks apart is a template more often than an edit.
candidates as (
    select
        earlier.n as earlier_n,
        later.n as later_n,
        count(*) as shared_count,
        count(*) filter (where earlier.in_excerpt = 1 and later.in_excerpt = 1)
            as excerpt_shared_count,
    from dated_shingles as earlier
    inner join dated_shingles as later
        on
            earlier.shingle = later.shingle
            and earlier.n < later.n
            and later.published_second - earlier.published_second <= 14 * 86400
    group by earlier.n, later.n
),

compared_texts as (
    select
        candidates.earlier_n,
        candidates.later_n,
        case
            when least(earlier.shingle_count, later.shingle_count) >= 10
                then cast(candidates.shared_count as double) / (
                    earlier.shingle_count + later.shingle_count - candidates.shared_count
                )
            else 0
        end as similarity,
        case
            when least(earlier.excerpt_shingle_count, later.excerpt_shingle_count) >= 10
                then cast(candidates.excerpt_shared_count as double) / (
                    earlier.excerpt_shingle_count
                    + later.excerpt_shingle_count
                    - candidates.excerpt_shared_count
                )
            else 0
        end as excerpt_similarity,
    from candidates
    inner join text_sizes as earlier on candidates.earlier_n = earlier.n
    inner join text_sizes as later on candidates.later_n = later.n
),

pairs as (
    select
        earlier.article_id as earlier_article_id,
        later.article_id as later_article_id,
        'edited' as kind,
        greatest(compared_texts.similarity, compared_texts.excerpt_similarity) as similarity,
    from compared_texts
    inner join texts as earlier on compared_texts.earlier_n = earlier.n
    inner join texts as later on compared_texts.later_n = later.n
    where greatest(compared_texts.similarity, compared_texts.excerpt_similarity) >= 0.18
    union all
    select
        texts.article_id as earlier_article_id,
        article_texts.article_id as later_article_id,
        case when texts.title_key = article_texts.title_key then 'identical' else 'retitled' end
            as kind,
        cast(1 as double) as similarity,
    from article_texts
    inner join texts on article_texts.text_key = texts.text_key
    where
        article_texts.n > texts.n
        and (
            array_length(texts.excerpt_words) >= 9 or array_length(texts.title_words) >= 9
        )
)

select
    earlier_article_id,
    later_article_id,
    kind,
    cast(similarity as double) as similarity,
from pairs
order by earlier_article_id, later_article_id
