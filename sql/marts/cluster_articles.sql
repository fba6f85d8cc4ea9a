-- Which articles does the archive itself group, directly or over others?
-- Grain: one article, in its cluster. Clusters are the connected components of the graph whose
-- edges are resolved related links and equal canonical URLs.
-- Odd but near linear: every article points at its earliest neighbour, then at what that one points
-- at, twice over, which brings most clusters together; only pairs that still point at different
-- articles are followed further. There each round lets an article, and the one it points at, point
-- at the earliest one that any neighbour points at in two steps, so that distances halve.
with recursive repeated_urls as (
    select
        canonical_url,
        min(n) as first_n,
    from article_numbers
    where canonical_url is not null
    group by canonical_url
    having count(*) > 1
),

pairs as (
    select
        listing.n as a,
        listed.n as b,
    from related_items
    inner join article_numbers as listing on related_items.article_id = listing.article_id
    inner join article_numbers as listed on related_items.related_article_id = listed.article_id
    union all
    select
        article_numbers.n as a,
        repeated_urls.first_n as b,
    from article_numbers
    inner join repeated_urls on article_numbers.canonical_url = repeated_urls.canonical_url
),

pointings as (
    select
        n,
        n as first_n,
    from article_numbers
    union all
    select
        a as n,
        min(b) as first_n,
    from pairs
    group by a
    union all
    select
        b as n,
        min(a) as first_n,
    from pairs
    group by b
),

nearest as (
    select
        n,
        min(first_n) as first_n,
    from pointings
    group by n
),

nearer as (
    select
        here.n,
        there.first_n,
    from nearest as here
    inner join nearest as there on here.first_n = there.n
),

hubs as (
    select
        here.n,
        there.first_n,
    from nearer as here
    inner join nearer as there on here.first_n = there.n
),

hub_pairs as (
    select
        hubs_a.first_n as a,
        hubs_b.first_n as b,
    from pairs
    inner join hubs as hubs_a on pairs.a = hubs_a.n
    inner join hubs as hubs_b on pairs.b = hubs_b.n
    -- As `<>` it would be taken for a join, of every article with every other.
    where hubs_a.first_n - hubs_b.first_n <> 0
    group by hubs_a.first_n, hubs_b.first_n
),

edges as (
    select
        a,
        b,
    from hub_pairs
    union
    select
        b as a,
        a as b,
    from hub_pairs
),

pointers (n, first_n) using key (n) as (
    select
        a as n,
        a as first_n,
    from edges
    group by a
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
),

members as (
    select
        article_numbers.article_id,
        coalesce(pointers.first_n, hubs.first_n) as first_n,
    from article_numbers
    inner join hubs on article_numbers.n = hubs.n
    left join pointers on hubs.first_n = pointers.n
)

select
    firsts.article_id as cluster_id,
    members.article_id,
from members
inner join article_numbers as firsts on members.first_n = firsts.n
order by cluster_id, members.article_id
