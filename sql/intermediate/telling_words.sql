-- Which words tell an article from the others, and how much of it is each?
-- Grain: one article (n) and one word of its title or excerpt, at most 16 of them, the weightiest.
-- A word is its first six letters or digits, so that announced and announces are one. Words that
-- more than ten articles have, and more than (articles)^(3/4), tell nothing. The weight of a word
-- is its rarity among the articles (inverse document frequency), as share of the title for 0.6
-- and of the excerpt's first 400 characters for 0.4; the weights of an article have the length
-- 10,000. All are whole numbers, so that sums do not depend on the order of the rows.
-- Made once, as a temporary table: it is the larger part of all texts.
with texts as (
    select
        article_numbers.n,
        string_split(
            regexp_replace(lower(articles.title), '[^\p{L}\p{N}]+', ' ', 'g'), ' '
        ) as title_words,
        string_split(
            regexp_replace(
                lower(left(coalesce(articles.excerpt, ''), 400)), '[^\p{L}\p{N}]+', ' ', 'g'
            ),
            ' '
        ) as excerpt_words,
    from article_numbers
    inner join articles on article_numbers.article_id = articles.article_id
),

cut_words as (
    select
        n,
        list_distinct(list_transform(title_words, lambda word: left(word, 6))) as title_words,
        list_distinct(list_transform(excerpt_words, lambda word: left(word, 6))) as excerpt_words,
    from texts
),

words as (
    select
        n,
        title_words,
        excerpt_words,
        unnest(list_distinct(list_concat(title_words, excerpt_words))) as word,
    from cut_words
),

distinct_words as (
    select
        n,
        word,
        list_contains(title_words, word) as is_in_title,
        list_contains(excerpt_words, word) as is_in_excerpt,
    from words
    where word <> ''
),

article_counts as (
    select count(*) as all_article_count,
    from articles
),

rarities as (
    select
        distinct_words.word,
        count(*) as article_count,
        cast(
            floor(
                0.5 + 1000 * ln(
                    cast(max(article_counts.all_article_count) + 1 as double)
                    / (cast(count(*) as double) + 0.5)
                )
            ) as integer
        ) as rarity,
        case
            when count(*) <= 10 then 0
            else 250 * ln(cast(max(article_counts.all_article_count) + 1 as double))
        end as least_rarity,
    from distinct_words
    cross join article_counts
    group by distinct_words.word
),

rare_words as (
    select
        distinct_words.n,
        distinct_words.word,
        rarities.article_count,
        rarities.rarity,
        case when distinct_words.is_in_title then rarities.rarity else 0 end as title_rarity,
        case when distinct_words.is_in_excerpt then rarities.rarity else 0 end as excerpt_rarity,
    from distinct_words
    inner join rarities on distinct_words.word = rarities.word
    where rarities.rarity > rarities.least_rarity
),

text_lengths as (
    select
        n,
        sqrt(cast(sum(title_rarity * title_rarity) as double)) as title_length,
        sqrt(cast(sum(excerpt_rarity * excerpt_rarity) as double)) as excerpt_length,
    from rare_words
    group by n
),

shares as (
    select
        rare_words.n,
        rare_words.word,
        rare_words.article_count,
        cast(
            floor(
                0.5
                + 6000 * coalesce(rare_words.title_rarity / nullif(text_lengths.title_length, 0), 0)
                + 4000
                * coalesce(rare_words.excerpt_rarity / nullif(text_lengths.excerpt_length, 0), 0)
            ) as integer
        ) as share,
    from rare_words
    inner join text_lengths on rare_words.n = text_lengths.n
),

ranked_words as (
    select
        n,
        word,
        article_count,
        share,
        row_number() over (partition by n order by share desc, word asc) as word_rank,
    from shares
),

article_lengths as (
    select
        n,
        sqrt(cast(sum(share * share) as double)) as share_length,
    from ranked_words
    where word_rank <= 16
    group by n
)

select
    ranked_words.n,
    article_numbers.published_second,
    ranked_words.word,
    ranked_words.article_count,
    cast(
        floor(0.5 + 10000 * ranked_words.share / article_lengths.share_length) as integer
    ) as weight,
from ranked_words
inner join article_lengths on ranked_words.n = article_lengths.n
inner join article_numbers on ranked_words.n = article_numbers.n
where ranked_words.word_rank <= 16
