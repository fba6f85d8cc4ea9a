-- Which articles tell the same story?
-- Grain: one article, in its story. Stories are the connected components of the graph whose edges
-- are resolved related links and equal canonical URLs.
-- Odd but near linear: every article points at an article that it is joined with; each round lets
-- it, and the article it points at, point at the smallest one that any neighbour points at in two
-- steps, so that pointers halve their distance to the first article of the story in every round.
with recursive article_numbers as (
    select
        article_id,
        canonical_url,
        published_at,
        row_number() over (order by published_at asc, article_id asc) as n,
        date_diff('day', date '1970-01-01', cast(published_at as date)) * 86400
        + extract(hour from published_at) * 3600
        + extract(minute from published_at) * 60
        + cast(extract(second from published_at) as integer) as published_second,
    from articles
),

url_pairs as (
    select
        n as a,
        min(n) over (partition by canonical_url) as b,
    from article_numbers
    where canonical_url is not null
),

link_pairs as (
    select
        least(listing.n, listed.n) as a,
        greatest(listing.n, listed.n) as b,
    from related_items
    inner join article_numbers as listing on related_items.article_id = listing.article_id
    inner join article_numbers as listed on related_items.related_article_id = listed.article_id
    where listing.n <> listed.n
    group by least(listing.n, listed.n), greatest(listing.n, listed.n)
),

edges as (
    select
        a,
        b,
    from link_pairs
    union all
    select
        b as a,
        a as b,
    from link_pairs
    union all
    select
        a,
        b,
    from url_pairs
    where a <> b
    union all
    select
        b as a,
        a as b,
    from url_pairs
    where a <> b
),

pointers (n, first_n) using key (n) as (
    select
        n,
        n as first_n,
    from article_numbers
    union
    (
        with jumps as (
            select
                here.n,
                here.first_n,
                there.first_n as jump_n,
            from recurring.pointers as here
            inner join recurring.pointers as there on here.first_n = there.n
        ),

        neighbours as (
            select
                edges.a as n,
                min(jumps.jump_n) as jump_n,
            from edges
            inner join jumps on edges.b = jumps.n
            group by edges.a
        ),

        candidates as (
            select
                n,
                jump_n as first_n,
            from jumps
            union all
            select
                n,
                jump_n as first_n,
            from neighbours
            union all
            select
                jumps.first_n as n,
                neighbours.jump_n as first_n,
            from neighbours
            inner join jumps on neighbours.n = jumps.n
        ),

        best as (
            select
                n,
                min(first_n) as first_n,
            from candidates
            group by n
        )

        select
            best.n,
            best.first_n,
        from best
        inner join recurring.pointers as former on best.n = former.n
        where best.first_n < former.first_n
    )
)

select
    firsts.article_id as story_id,
    article_numbers.article_id,
    cast(
        row_number() over (partition by pointers.first_n order by article_numbers.n) as bigint
    ) as position,
    count(*) over (
        partition by pointers.first_n, article_numbers.published_at
    ) > 1 as is_position_tied,
    cast(article_numbers.published_second - firsts.published_second as double)
    / 3600 as lag_hours,
from pointers
inner join article_numbers on pointers.n = article_numbers.n
inner join article_numbers as firsts on pointers.first_n = firsts.n
order by story_id, article_numbers.article_id
