-- A domain with many names is a platform: its figures are not those of one outlet.
-- Consequence: A rank or average of the domain mixes many outlets.
-- Cure: Use `provider_publishers`, which has a row for each name.
select
    'providers' as relation,
    provider_domain as key_value,
    'domain has 20 names or more' as problem,
from providers
where name_count >= 20
order by provider_domain
