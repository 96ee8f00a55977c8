-- The two roles of a PostgreSQL for Tradewind: the owner of the tables, as which `tradewind migrate` connects, and the one as
-- which servers and workers run, which owns nothing. compose.yaml has it run when the database is made; elsewhere run it once,
-- in the database, as a user who may make roles: OWNER_PASSWORD=... PASSWORD=... psql -d tradewind -f roles.sql
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv password PASSWORD
CREATE ROLE tradewind_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE tradewind LOGIN PASSWORD :'password';
-- A managed service's administrator, who is no superuser, may give away only what it could take itself.
GRANT tradewind_owner TO CURRENT_USER;
ALTER DATABASE tradewind OWNER TO tradewind_owner;
