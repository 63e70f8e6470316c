/// What a database holds for audit-query: one table in partitions by month, who may do what with it, and the order of arrival.
package enum PostgreSQLSchema {
    /// Of the schema.
    package static let version = 2

    /// What can be read: a program is upgraded before its schema.
    static let readableVersions = 1...version

    /// The months that have partitions of their own, counted from the year 0; what is before and after lies in one each.
    static let months = 2000 * 12..<2100 * 12

    /// The indexes of the table of records.
    static let indexes = ["records_pkey", "records_by_instant", "records_by_user", "records_by_resource"]

    /// The index that followers need, besides.
    static let indexOfArrival = "records_by_arrival"

    /// Makes whatever is missing, in one transaction; made again it changes nothing. To be run by who may make schemas in the
    /// database and roles, or where the roles are there already.
    package static let statements = """
        BEGIN;
        SET LOCAL client_min_messages = warning;
        SELECT pg_advisory_xact_lock(\(lock));

        \(roles)

        CREATE SCHEMA IF NOT EXISTS audit_query;
        CREATE TABLE IF NOT EXISTS audit_query.schema_version (version integer NOT NULL);
        INSERT INTO audit_query.schema_version
            SELECT \(version) WHERE NOT EXISTS (SELECT FROM audit_query.schema_version);
        DO $$ BEGIN
            IF (SELECT max(version) FROM audit_query.schema_version) NOT BETWEEN 1 AND \(version) THEN
                RAISE EXCEPTION 'the schema audit_query has another version than 1 to \(version)';
            END IF;
        END $$;

        \(tables)

        \(partitions)

        \(rights)
        UPDATE audit_query.schema_version SET version = \(version) WHERE version <> \(version);
        COMMIT;

        """

    private static let lock = 4_716_871_245

    private static let roles = """
        -- Nobody logs in as these: GRANT audit_query_reader TO a worker's role, audit_query_writer to a loader's, and
        -- audit_query_remover to that of whoever runs `audit-query retain --delete`.
        -- Roles are the whole server's: somebody may make them for another database at this moment.
        DO $$ DECLARE role text; BEGIN
            FOREACH role IN ARRAY ARRAY['audit_query_reader', 'audit_query_writer', 'audit_query_remover'] LOOP
                CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = role);
                BEGIN
                    EXECUTE format('CREATE ROLE %I NOLOGIN', role);
                EXCEPTION WHEN duplicate_object OR unique_violation THEN
                    RAISE DEBUG '% is there since now', role;
                END;
            END LOOP;
        END $$;
        """

    private static let tables = """
        -- The order of arrival: a writer takes its numbers from here in the transaction that writes.
        CREATE TABLE IF NOT EXISTS audit_query.arrival (last bigint NOT NULL);
        INSERT INTO audit_query.arrival SELECT 0 WHERE NOT EXISTS (SELECT FROM audit_query.arrival);
        -- Whose order it is: a place in another's is none in this one.
        ALTER TABLE audit_query.arrival ADD COLUMN IF NOT EXISTS origin uuid NOT NULL DEFAULT gen_random_uuid();
        \(PostgreSQLSchema.originOfServer)

        -- An instant is exact to the microsecond; nanoseconds are those after it. Ids are in the order of their bytes. json,
        -- not jsonb: attributes are kept as they came, byte for byte.
        CREATE TABLE IF NOT EXISTS audit_query.records (
            system_id text COLLATE "C" NOT NULL,
            instant timestamptz NOT NULL,
            nanoseconds smallint NOT NULL CHECK (nanoseconds BETWEEN 0 AND 999),
            audit_id text COLLATE "C" NOT NULL,
            user_id text COLLATE "C" NOT NULL,
            resource_id text COLLATE "C" NOT NULL,
            attributes json NOT NULL,
            arrival bigint NOT NULL,
            CONSTRAINT records_pkey PRIMARY KEY (system_id, instant, nanoseconds, audit_id)
        ) PARTITION BY RANGE (instant);
        -- Of expressions, so that the server takes it for the records of all systems only: in the place of another index it
        -- would lead past everybody's records to find a few.
        CREATE INDEX IF NOT EXISTS records_by_instant
            ON audit_query.records (instant, nanoseconds, (audit_id || ''), (system_id || ''));
        CREATE INDEX IF NOT EXISTS records_by_user
            ON audit_query.records (user_id, instant, nanoseconds, audit_id, system_id);
        CREATE INDEX IF NOT EXISTS records_by_resource
            ON audit_query.records (resource_id, instant, nanoseconds, audit_id, system_id);
        CREATE INDEX IF NOT EXISTS records_by_arrival ON audit_query.records (arrival);
        """

    private static let partitions = """
        CREATE TABLE IF NOT EXISTS audit_query.records_earlier PARTITION OF audit_query.records
            FOR VALUES FROM (MINVALUE) TO ('2000-01-01 00:00:00+00');
        CREATE TABLE IF NOT EXISTS audit_query.records_later PARTITION OF audit_query.records
            FOR VALUES FROM ('2100-01-01 00:00:00+00') TO (MAXVALUE);

        -- Makes the partition of a month, for writers, who may not make tables. Attached and not made in its place, it keeps
        -- nobody from reading meanwhile.
        CREATE OR REPLACE FUNCTION audit_query.make_month(first date) RETURNS void
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' AS $$
        DECLARE
            name text := 'records_' || to_char(first, 'YYYY_MM');
        BEGIN
            IF extract(day FROM first) <> 1 OR first < '2000-01-01' OR first >= '2100-01-01' THEN
                RAISE EXCEPTION '% is not the first day of a month from 2000 to 2099', first;
            END IF;
            PERFORM pg_advisory_xact_lock(\(lock));
            IF to_regclass(format('audit_query.%I', name)) IS NOT NULL THEN
                RETURN;
            END IF;
            EXECUTE format('CREATE TABLE audit_query.%I (LIKE audit_query.records INCLUDING CONSTRAINTS)', name);
            EXECUTE format(
                'ALTER TABLE audit_query.records ATTACH PARTITION audit_query.%I FOR VALUES FROM (%L) TO (%L)',
                name, first::timestamptz, (first + interval '1 month')::timestamptz);
        END $$;
        """

    private static let rights = """
        REVOKE ALL ON SCHEMA audit_query FROM PUBLIC;
        REVOKE ALL ON FUNCTION audit_query.make_month(date) FROM PUBLIC;
        GRANT USAGE ON SCHEMA audit_query TO audit_query_reader, audit_query_writer, audit_query_remover;
        GRANT SELECT ON audit_query.records, audit_query.schema_version
            TO audit_query_reader, audit_query_writer, audit_query_remover;
        GRANT INSERT, UPDATE (user_id, resource_id, attributes, arrival) ON audit_query.records TO audit_query_writer;
        REVOKE UPDATE ON audit_query.arrival FROM audit_query_writer;
        GRANT SELECT ON audit_query.arrival TO audit_query_reader, audit_query_writer, audit_query_remover;
        GRANT UPDATE (last) ON audit_query.arrival TO audit_query_writer;
        GRANT DELETE ON audit_query.records TO audit_query_remover;
        GRANT EXECUTE ON FUNCTION audit_query.make_month(date) TO audit_query_writer;
        """
}
