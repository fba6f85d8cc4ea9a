-- Which providers, topics and dates does each page name, how often, and where first?
-- Grain: one provider, topic or date named in one page.
-- Words are runs of letters, marks, digits, + and #. A name is found where its words stand next to
-- each other, each in the form that it needs, told by three signs: ^ not all in lower case, = with
-- two capitals or more, ! capitals and digits alone; - where it is not so, _ where it may be so:
--   __!  acronyms (AI, WRAL); topics of two or three characters stand as they are written
--   ^__  the words of the name of a provider
--   _=_  the first part of a domain (BuzzFeed)
-- What a page can cost is bounded: names of more than seven words are not looked for, and of those
-- that differ in case or signs only, the first five of each kind.
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

names as (
    select
        'provider' as kind,
        provider_name as value,
        provider_name as name,
        'name' as style,
    from provider_spellings
    where spelling_rank = 1
    union all
    select
        'provider' as kind,
        value,
        provider_domain as name,
        'domain' as style,
    from provider_domains
    union all
    select
        'provider' as kind,
        provider_domains.value,
        provider_domains.stem as name,
        'stem' as style,
    from provider_domains
    left join provider_spellings on provider_domains.stem = provider_spellings.folded_name
    where provider_spellings.folded_name is null
    union all
    select
        'topic' as kind,
        topic as value,
        topic as name,
        'topic' as style,
    from topics
),

-- A name with and without The, a topic in the singular and the plural.
aliases as (
    select
        kind,
        value,
        style,
        unnest([
            name,
            case
                when style = 'name' then regexp_extract(name, '^[Tt]he\s+(\S+\s.*)$', 1)
                when style <> 'topic' then null
                when regexp_extract(name, '([Ss])$', 1) = '' then concat_ws('', name, 's')
                else regexp_extract(name, '^(\S+\s.*[^Ss])[Ss]$', 1)
            end
        ]) as alias,
    from names
),

-- Each word stands between blanks of its own.
spaced_aliases as (
    select
        kind,
        value,
        style,
        regexp_replace(
            concat_ws('', ' ', alias, ' '), '[^\p{L}\p{M}\p{N}+#]+', '  ', 'g'
        ) as words,
    from aliases
),

known_aliases as (
    select
        kind,
        value,
        style,
        words,
        regexp_replace(lower(regexp_extract(words, '^  (.*)  $', 1)), '  ', ' ', 'g') as phrase,
        array_length(string_split(words, '  ')) - 2 as word_count,
        case when style = 'topic' then regexp_extract(words, '^  (\S{2,3})  $', 1) end
            as short_topic,
        regexp_replace(words, ' [\p{Lu}\p{N}]{2,5} ', ' __! ', 'g') as exact_words,
    from spaced_aliases
    -- Without a letter, or of one character, a name would be found in every other text.
    where regexp_extract(words, '(\p{L})', 1) <> '' and length(words) > 5
),

alias_forms as (
    select
        kind,
        value,
        phrase,
        word_count,
        short_topic,
        case
            when short_topic <> '' or style = 'domain' then words
            when style = 'topic' then exact_words
            when style = 'stem' then regexp_replace(words, '\S+', '_=_', 'g')
            when word_count = 1
                then regexp_replace(exact_words, '\S*[\p{Lu}\p{Ll}\p{Lt}]\S*', '^__', 'g')
            else
                regexp_replace(
                    regexp_replace(exact_words, ' The ', ' ___ ', 'g'),
                    '\S*[\p{Lu}\p{Lt}]\S*', '^__', 'g'
                )
        end as forms,
    from known_aliases
    where word_count <= 7
),

ranked_aliases as (
    select
        kind,
        value,
        phrase,
        word_count,
        short_topic,
        regexp_replace(forms, '[\p{L}\p{M}\p{N}+#]+', '___', 'g') as forms,
        row_number() over (partition by kind, phrase order by value, forms) as spelling_rank,
    from alias_forms
),

last_words as (
    select
        regexp_extract(phrase, '(\S+)$', 1) as last_word,
        word_count,
    from ranked_aliases
    group by regexp_extract(phrase, '(\S+)$', 1), word_count
),

paragraphs as (
    select
        page_id,
        paragraph_position,
        cast(row_number() over (order by page_id, paragraph_position) as integer) as paragraph,
        text,
    from page_paragraphs
),

page_texts as (
    select
        paragraph,
        string_split(regexp_replace(text, '[^\p{L}\p{M}\p{N}+#]+', ' ', 'g'), ' ') as words,
    from paragraphs
),

page_places as (
    select
        paragraph,
        words,
        unnest(generate_series(1, array_length(words))) as place,
    from page_texts
),

page_words as (
    select
        paragraph,
        place,
        list_extract(words, place) as word,
    from page_places
),

word_runs as (
    select
        paragraph,
        place,
        word,
        lag(word, 1) over (partition by paragraph order by place) as word_1,
        lag(word, 2) over (partition by paragraph order by place) as word_2,
        lag(word, 3) over (partition by paragraph order by place) as word_3,
        lag(word, 4) over (partition by paragraph order by place) as word_4,
        lag(word, 5) over (partition by paragraph order by place) as word_5,
        lag(word, 6) over (partition by paragraph order by place) as word_6,
    from page_words
),

runs as (
    select
        word_runs.paragraph,
        word_runs.place - last_words.word_count as before_place,
        word_runs.place as last_place,
        concat_ws(
            ' ',
            case when last_words.word_count > 6 then word_runs.word_6 end,
            case when last_words.word_count > 5 then word_runs.word_5 end,
            case when last_words.word_count > 4 then word_runs.word_4 end,
            case when last_words.word_count > 3 then word_runs.word_3 end,
            case when last_words.word_count > 2 then word_runs.word_2 end,
            case when last_words.word_count > 1 then word_runs.word_1 end,
            word_runs.word
        ) as run,
    from word_runs
    inner join last_words on lower(word_runs.word) = last_words.last_word
    where word_runs.place >= last_words.word_count
),

candidates as (
    select
        ranked_aliases.kind,
        runs.paragraph,
        runs.before_place,
        runs.last_place,
        runs.run,
    from runs
    inner join ranked_aliases
        on lower(runs.run) = ranked_aliases.phrase and ranked_aliases.spelling_rank = 1
),

spaced_runs as (
    select
        kind,
        run,
        regexp_replace(concat_ws('', ' ', run, ' '), ' ', '  ', 'g') as words,
    from candidates
    group by kind, run
),

-- The form of each word: of digits, of one capital and digits, of capitals and digits, with two
-- capitals, with one, and without.
run_forms as (
    select
        kind,
        run,
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(
                            regexp_replace(words, ' \p{N}+ ', ' --! ', 'g'),
                            ' \p{N}*\p{Lu}\p{N}* ', ' ^-! ', 'g'
                        ),
                        ' [\p{Lu}\p{N}]+ ', ' ^=! ', 'g'
                    ),
                    '\S*\p{Lu}\S*\p{Lu}\S*', '^=-', 'g'
                ),
                '\S*[\p{Lu}\p{Lt}]\S*', '^--', 'g'
            ),
            '[\p{L}\p{M}\p{N}+#]+', '---', 'g'
        ) as forms,
    from spaced_runs
),

named_values as (
    select
        run_forms.kind,
        run_forms.run,
        ranked_aliases.value,
    from run_forms
    inner join ranked_aliases
        on
            run_forms.kind = ranked_aliases.kind
            and lower(run_forms.run) = ranked_aliases.phrase
            and run_forms.forms like ranked_aliases.forms
    where
        ranked_aliases.spelling_rank <= 5
        and coalesce(nullif(ranked_aliases.short_topic, ''), run_forms.run) = run_forms.run
    group by run_forms.kind, run_forms.run, ranked_aliases.value
),

named_runs as (
    select
        kind,
        run,
    from named_values
    group by kind, run
),

-- A name inside a longer one of its kind, such as Times in The New York Times, is not counted: of
-- those that begin before it or with it, one reaches farther, or as far from an earlier place.
spans as (
    select
        candidates.kind,
        candidates.paragraph,
        candidates.run,
        candidates.last_place * 10000000 - candidates.before_place
        >= max(candidates.last_place * 10000000 - candidates.before_place) over (
            partition by candidates.kind, candidates.paragraph
            order by candidates.before_place
        ) as is_outermost,
    from candidates
    inner join named_runs on candidates.kind = named_runs.kind and candidates.run = named_runs.run
),

name_mentions as (
    select
        spans.paragraph,
        spans.kind,
        named_values.value,
    from spans
    inner join named_values on spans.kind = named_values.kind and spans.run = named_values.run
    where spans.is_outermost
),

months (month_number, month_name) as (
    values
    ('01', 'january'),
    ('02', 'february'),
    ('03', 'march'),
    ('04', 'april'),
    ('05', 'may'),
    ('06', 'june'),
    ('07', 'july'),
    ('08', 'august'),
    ('09', 'september'),
    ('10', 'october'),
    ('11', 'november'),
    ('12', 'december')
),

-- Month and day stand in the three words before the year.
dated_runs as (
    select
        paragraph,
        word as year_word,
        lower(case when regexp_extract(word_1, '^([0-9])', 1) <> '' then word_2 else word_1 end)
            as month_name,
        regexp_extract(
            case
                when regexp_extract(word_1, '^([0-9])', 1) <> '' then word_1
                when lower(word_2) = 'of' then word_3
                else word_2
            end,
            '^([0-9]{1,2})(?:[Ss][Tt]|[Nn][Dd]|[Rr][Dd]|[Tt][Hh])?$', 1
        ) as day_word,
    from word_runs
    where regexp_extract(word, '^([12][0-9]{3})$', 1) <> ''
),

-- Only what stands between other signs than digits and hyphens is an ISO date.
iso_words as (
    select
        paragraph,
        unnest(string_split(regexp_replace(text, '[^0-9-]+', ' ', 'g'), ' ')) as iso_word,
    from paragraphs
    where regexp_extract(text, '([0-9]{4}-[0-9]{2}-[0-9]{2})', 1) <> ''
),

named_dates as (
    select
        dated_runs.paragraph,
        try_cast(
            concat_ws('-', dated_runs.year_word, months.month_number, dated_runs.day_word) as date
        ) as named_date,
    from dated_runs
    inner join months
        on
            dated_runs.month_name = months.month_name
            or dated_runs.month_name = regexp_extract(months.month_name, '^(...)', 1)
            or dated_runs.month_name = 'sept' and months.month_number = '09'
    where dated_runs.day_word <> ''
    union all
    select
        paragraph,
        try_cast(iso_word as date) as named_date,
    from iso_words
    where regexp_extract(iso_word, '^([12][0-9]{3}-[0-9]{2}-[0-9]{2})$', 1) <> ''
),

mentions as (
    select
        paragraph,
        kind,
        value,
    from name_mentions
    union all
    select
        paragraph,
        'date' as kind,
        cast(named_date as varchar) as value,
    from named_dates
    where named_date is not null
)

select
    paragraphs.page_id,
    mentions.kind,
    mentions.value,
    cast(count(*) as bigint) as mention_count,
    min(paragraphs.paragraph_position) as first_paragraph,
from mentions
inner join paragraphs on mentions.paragraph = paragraphs.paragraph
group by paragraphs.page_id, mentions.kind, mentions.value
order by paragraphs.page_id, mentions.kind, mentions.value
