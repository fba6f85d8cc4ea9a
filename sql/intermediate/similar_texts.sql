-- Which articles of one week are alike in the words that tell them from others?
-- Grain: one pair of articles, a before b, with similarity in millionths of a whole: the cosine of
-- their telling words, less a seventh for each day between them, and half of that for two articles
-- of one outlet (domain and name), whose series and templates are alike whatever they report.
-- Odd but near linear: each word joins an article to the eight before it that have the word, which
-- sit in its own block of eight or the one before; a word of more than 1,000 articles to one only.
-- And each article keeps the twelve likest before it. So no word and no flood of like articles
-- gives more than a fixed number of pairs each.
-- Made once, as a temporary table: what makes it is gone before stories are merged.
with numbered_words as (
    select
        n,
        published_second,
        word,
        weight,
        case when article_count > 1000 then 1 else 8 end as reach,
        cast(row_number() over (partition by word order by n) as integer) as carrier_number,
    from telling_words
    where article_count > 1
),

blocks as (
    select
        n,
        published_second,
        word,
        weight,
        reach,
        carrier_number,
        carrier_number // reach as block,
    from numbered_words
),

searched_blocks as (
    select
        n,
        published_second,
        word,
        weight,
        reach,
        carrier_number,
        block,
    from blocks
    union all
    select
        n,
        published_second,
        word,
        weight,
        reach,
        carrier_number,
        block - 1 as block,
    from blocks
),

cosines as (
    select
        earlier.n as a,
        later.n as b,
        max(later.published_second - earlier.published_second) as lag_seconds,
        cast(sum(earlier.weight * later.weight) as double) / 100 as cosine,
    from searched_blocks as later
    inner join blocks as earlier
        on
            later.word = earlier.word
            and later.block = earlier.block
            and later.carrier_number - earlier.carrier_number between 1 and later.reach
            and later.published_second - earlier.published_second < 604800
    group by earlier.n, later.n
),

similarities as (
    select
        a,
        b,
        lag_seconds,
        cast(
            floor(0.5 + cosine * (1 - cast(lag_seconds as double) / 604800)) as bigint
        ) as similarity,
    from cosines
),

outlet_pairs as (
    select
        similarities.a,
        similarities.b,
        similarities.lag_seconds,
        case
            when outlets_a.outlet = outlets_b.outlet then similarities.similarity // 2
            else similarities.similarity
        end as similarity,
    from similarities
    inner join article_numbers as outlets_a on similarities.a = outlets_a.n
    inner join article_numbers as outlets_b on similarities.b = outlets_b.n
    where similarities.similarity >= 60000
),

ranked_pairs as (
    select
        a,
        b,
        lag_seconds,
        similarity,
        row_number() over (partition by b order by similarity desc, a asc) as pair_rank,
    from outlet_pairs
    where similarity >= 60000
)

select
    a,
    b,
    lag_seconds,
    similarity,
from ranked_pairs
where pair_rank <= 12
