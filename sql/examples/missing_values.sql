-- Which columns of the articles are often empty, so that no conclusion should rest on them?
-- Grain: one column of articles that less than 95 % of the rows fill.
select
    column_name,
    row_count,
    filled_count,
    fill_rate,
    distinct_count,
from data_completeness
where table_name = 'articles' and fill_rate < 0.95
order by fill_rate, column_name
