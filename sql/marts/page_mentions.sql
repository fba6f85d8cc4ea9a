-- Which providers, topics and dates does each page name, how often, and where first?
-- Grain: one provider, topic or date named in one page.
-- Words are runs of letters, marks, digits, + and #. A name is found where its words stand next to
-- each other, each as its rule asks:
--   exact     as written: acronyms (AI, WRAL), topics of up to three characters
--   cased     in any case, but not all in lower case: the words of a provider's name
--   capitals  in any case with two capitals or more: the first part of a domain (BuzzFeed)
--   any       in any case
with provider_spellings as (
    select
        provider_name,
        lower(provider_name) as folded_name,
        row_number() over (
            partition by lower(provider_name)
            order by sum(article_count) desc, sum(mention_count) desc, provider_name asc
        ) as spelling_rank,
    from provider_names
    group by provider_name
),

-- A domain stands for its one name, a platform with several for itself.
provider_domains as (
    select
        providers.provider_domain,
        coalesce(provider_spellings.provider_name, providers.provider_domain) as value,
        regexp_extract(
            providers.provider_domain,
            '^([^.]{3,})(?:\.(?:ac|co|com|edu|gov|net|org))?\.[^.]+$', 1
        ) as stem,
    from providers
    left join provider_spellings
        on
            case
                when providers.name_count = 1 then lower(providers.provider_name)
                else providers.provider_domain
            end = provider_spellings.folded_name
            and provider_spellings.spelling_rank = 1
),

aliases as (
    select
        'provider' as kind,
        provider_name as value,
        provider_name as alias,
        'cased' as style,
    from provider_spellings
    where spelling_rank = 1
    union
    select
        'provider' as kind,
        provider_name as value,
        regexp_extract(provider_name, '^[Tt]he\s+(\S+\s.*)$', 1) as alias,
        'cased' as style,
    from provider_spellings
    where spelling_rank = 1
    union
    select
        'provider' as kind,
        value,
        provider_domain as alias,
        'any' as style,
    from provider_domains
    union
    select
        'provider' as kind,
        provider_domains.value,
        provider_domains.stem as alias,
        'capitals' as style,
    from provider_domains
    left join provider_spellings on provider_domains.stem = provider_spellings.folded_name
    where provider_spellings.folded_name is null
    union
    select
        'topic' as kind,
        topic as value,
        topic as alias,
        'any' as style,
    from topics
    union
    select
        'topic' as kind,
        topic as value,
        regexp_extract(topic, '^(\S+\s.*[^Ss])[Ss]$', 1) as alias,
        'any' as style,
    from topics
    union
    select
        'topic' as kind,
        topic as value,
        concat_ws('', regexp_extract(topic, '^(.*[^Ss])$', 1), 's') as alias,
        'any' as style,
    from topics
),

spaced_aliases as (
    select
        kind,
        value,
        style,
        regexp_extract(
            regexp_replace(alias, '[^\p{L}\p{M}\p{N}+#]+', ' ', 'g'), '^ ?(.*?) ?$', 1
        ) as alias,
    from aliases
),

-- Without a letter, or with a single character, a name would be found in every other text: such an
-- alias has no words.
numbered_aliases as (
    select
        kind,
        value,
        style,
        row_number() over (order by kind, value, alias, style) as alias_number,
        case
            when length(alias) > 1 and alias <> 's' and regexp_extract(alias, '(\p{L})', 1) <> ''
                then string_split(alias, ' ')
        end as words,
    from spaced_aliases
),

alias_places as (
    select
        kind,
        value,
        style,
        alias_number,
        words,
        array_length(words) as word_count,
        unnest(generate_series(1, array_length(words))) as place,
    from numbered_aliases
),

alias_words as (
    select
        kind,
        value,
        style,
        alias_number,
        word_count,
        place,
        list_extract(words, place) as word,
    from alias_places
),

ruled_words as (
    select
        kind,
        value,
        alias_number,
        word_count,
        place,
        word,
        lower(word) as folded_word,
        case
            when style = 'capitals' then 'capitals'
            when style = 'any' and kind = 'provider' then 'any'
            when
                length(word) in (2, 3, 4, 5)
                and regexp_extract(word, '^([\p{Lu}\p{N}]+)$', 1) <> ''
                then 'exact'
            when kind = 'topic' and word_count = 1 and length(word) <= 3 then 'exact'
            when style = 'any' then 'any'
            when regexp_extract(word, '([\p{Lu}\p{Ll}\p{Lt}])', 1) = '' then 'any'
            when word_count > 1 and (word = lower(word) or word = 'The') then 'any'
            else 'cased'
        end as rule,
    from alias_words
),

page_texts as (
    select
        page_id,
        paragraph_position,
        string_split(regexp_replace(text, '[^\p{L}\p{M}\p{N}+#]+', ' ', 'g'), ' ') as words,
    from page_paragraphs
),

page_places as (
    select
        page_id,
        paragraph_position,
        words,
        unnest(generate_series(1, array_length(words))) as place,
    from page_texts
),

page_words as (
    select
        page_id,
        paragraph_position,
        words,
        place,
        list_extract(words, place) as word,
    from page_places
),

word_uses as (
    select
        lower(word) as folded_word,
        count(*) as use_count,
    from page_words
    group by lower(word)
),

-- Looked up is the word of each alias that pages use least: "York", and not "The".
known_words as (
    select
        ruled_words.alias_number,
        ruled_words.word_count,
        ruled_words.place,
        ruled_words.folded_word,
        count(*) over (partition by ruled_words.alias_number) as known_count,
        row_number() over (
            partition by ruled_words.alias_number
            order by word_uses.use_count asc, ruled_words.place asc
        ) as rarity_rank,
    from ruled_words
    inner join word_uses on ruled_words.folded_word = word_uses.folded_word
),

starts as (
    select
        page_words.page_id,
        page_words.paragraph_position,
        page_words.words,
        known_words.alias_number,
        page_words.place - known_words.place as offset_place,
        unnest(generate_series(1, known_words.word_count)) as place,
    from page_words
    inner join known_words
        on
            lower(page_words.word) = known_words.folded_word
            and known_words.rarity_rank = 1
            and known_words.known_count = known_words.word_count
    where
        page_words.place >= known_words.place
        and page_words.place - known_words.place + known_words.word_count
        <= array_length(page_words.words)
),

-- One key for alias and place: with two, DuckDB 2.0.0 ends in an internal error at 290,000 lines.
start_words as (
    select
        page_id,
        paragraph_position,
        offset_place,
        alias_number * 1000000 + place as alias_word,
        list_extract(words, offset_place + place) as word,
        lower(list_extract(words, offset_place + place)) as folded_word,
    from starts
),

alias_matches as (
    select
        ruled_words.kind,
        ruled_words.value,
        start_words.page_id,
        start_words.paragraph_position,
        start_words.offset_place + 1 as first_place,
        start_words.offset_place + ruled_words.word_count as last_place,
    from start_words
    inner join ruled_words
        on
            start_words.alias_word = ruled_words.alias_number * 1000000 + ruled_words.place
            and start_words.folded_word = ruled_words.folded_word
    group by
        ruled_words.kind,
        ruled_words.value,
        ruled_words.alias_number,
        ruled_words.word_count,
        start_words.page_id,
        start_words.paragraph_position,
        start_words.offset_place
    having
        count(*) filter (
            where
            ruled_words.rule = 'any'
            or ruled_words.word = start_words.word and ruled_words.rule = 'exact'
            or start_words.word <> start_words.folded_word and ruled_words.rule = 'cased'
            or ruled_words.rule = 'capitals'
            and regexp_extract(start_words.word, '(\p{Lu}.*\p{Lu})', 1) <> ''
        ) = ruled_words.word_count
),

spans as (
    select
        kind,
        page_id,
        paragraph_position,
        first_place,
        last_place,
        max(last_place) over (
            partition by kind, page_id, paragraph_position
            order by first_place asc, last_place desc
            rows between unbounded preceding and 1 preceding
        ) as reached_place,
    from alias_matches
    group by kind, page_id, paragraph_position, first_place, last_place
),

-- A name inside a longer one of its kind, such as Times in The New York Times, is not counted.
name_mentions as (
    select
        alias_matches.kind,
        alias_matches.value,
        alias_matches.page_id,
        alias_matches.paragraph_position,
        alias_matches.first_place,
    from alias_matches
    inner join spans
        on
            alias_matches.kind = spans.kind
            and alias_matches.page_id = spans.page_id
            and alias_matches.paragraph_position = spans.paragraph_position
            and alias_matches.first_place = spans.first_place
            and alias_matches.last_place = spans.last_place
    where coalesce(spans.reached_place, 0) < spans.last_place
    group by
        alias_matches.kind,
        alias_matches.value,
        alias_matches.page_id,
        alias_matches.paragraph_position,
        alias_matches.first_place
),

month_names (month_number, full_name, short_name) as (
    values
    ('01', 'january', 'jan'),
    ('02', 'february', 'feb'),
    ('03', 'march', 'mar'),
    ('04', 'april', 'apr'),
    ('05', 'may', 'may'),
    ('06', 'june', 'jun'),
    ('07', 'july', 'jul'),
    ('08', 'august', 'aug'),
    ('09', 'september', 'sep'),
    ('09', 'september', 'sept'),
    ('10', 'october', 'oct'),
    ('11', 'november', 'nov'),
    ('12', 'december', 'dec')
),

months as (
    select
        month_number,
        full_name as month_name,
    from month_names
    union
    select
        month_number,
        short_name as month_name,
    from month_names
),

-- Each year with the three words before it, in which its month and day stand.
word_runs as (
    select
        page_id,
        paragraph_position,
        word as year_word,
        case when place > 1 then lower(list_extract(words, place - 1)) end as word_1,
        case when place > 2 then lower(list_extract(words, place - 2)) end as word_2,
        case when place > 3 then lower(list_extract(words, place - 3)) end as word_3,
    from page_words
    where length(word) = 4 and regexp_extract(word, '^([12][0-9]{3})$', 1) <> ''
),

dated_runs as (
    select
        page_id,
        paragraph_position,
        year_word,
        case
            when regexp_extract(word_1, '^([0-9])', 1) <> '' then word_2
            else word_1
        end as month_name,
        regexp_extract(
            case
                when regexp_extract(word_1, '^([0-9])', 1) <> '' then word_1
                when word_2 = 'of' then word_3
                else word_2
            end,
            '^([0-9]{1,2})(?:st|nd|rd|th)?$', 1
        ) as day_word,
    from word_runs
),

-- Only what stands between other signs than digits and hyphens is an ISO date.
iso_words as (
    select
        page_id,
        paragraph_position,
        unnest(string_split(regexp_replace(text, '[^0-9-]+', ' ', 'g'), ' ')) as iso_word,
    from page_paragraphs
    where regexp_extract(text, '([0-9]{4}-[0-9]{2}-[0-9]{2})', 1) <> ''
),

named_dates as (
    select
        dated_runs.page_id,
        dated_runs.paragraph_position,
        try_cast(
            concat_ws('-', dated_runs.year_word, months.month_number, dated_runs.day_word) as date
        ) as named_date,
    from dated_runs
    inner join months on dated_runs.month_name = months.month_name
    where dated_runs.day_word <> ''
    union all
    select
        page_id,
        paragraph_position,
        try_cast(iso_word as date) as named_date,
    from iso_words
    where regexp_extract(iso_word, '^([12][0-9]{3}-[0-9]{2}-[0-9]{2})$', 1) <> ''
),

mentions as (
    select
        page_id,
        kind,
        value,
        paragraph_position,
    from name_mentions
    union all
    select
        page_id,
        'date' as kind,
        cast(named_date as varchar) as value,
        paragraph_position,
    from named_dates
    where named_date is not null
)

select
    page_id,
    kind,
    value,
    cast(count(*) as bigint) as mention_count,
    cast(min(paragraph_position) as integer) as first_paragraph,
from mentions
group by page_id, kind, value
order by page_id, kind, value
