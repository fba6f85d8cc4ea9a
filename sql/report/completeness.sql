-- How complete are the articles?
-- Grain: one column of `articles` that is not always filled.
select
    column_name,
    row_count,
    filled_count,
    fill_rate,
from data_completeness
where table_name = 'articles' and filled_count < row_count
order by fill_rate desc, column_name asc
