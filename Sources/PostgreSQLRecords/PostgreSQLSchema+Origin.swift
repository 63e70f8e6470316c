extension PostgreSQLSchema {
    /// Another server goes on with the order of arrival: the first who writes there gives it another origin, and notes up to which
    /// number it is the same as before. So a place behind that, whose records were lost on the way, is known for what it is.
    ///
    /// A trigger, so that loaders of every version do it. In the row and not in a table: a reader asks for `to_jsonb(arrival)`, which
    /// an earlier schema can be asked for too.
    static let originOfServer = """
        -- Which server wrote last: a cluster and its timeline, which a promotion and a restore change. And the orders before this one,
        -- the last first, 64 of them: the first 64 bits of an origin, and the number up to which it is the same order as this.
        ALTER TABLE audit_query.arrival ADD COLUMN IF NOT EXISTS server text;
        ALTER TABLE audit_query.arrival ADD COLUMN IF NOT EXISTS earlier bigint[] NOT NULL DEFAULT '{}';
        CREATE OR REPLACE FUNCTION audit_query.note_server() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
        DECLARE
            here text := (SELECT system_identifier FROM pg_control_system())
                || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8);
        BEGIN
            IF OLD.server <> here THEN
                NEW.earlier := (ARRAY[('x' || left(replace(OLD.origin::text, '-', ''), 16))::bit(64)::int8, OLD.last]
                    || OLD.earlier)[1:128];
                NEW.origin := gen_random_uuid();
            END IF;
            NEW.server := here;
            RETURN NEW;
        END $$;
        REVOKE ALL ON FUNCTION audit_query.note_server() FROM PUBLIC;
        CREATE OR REPLACE TRIGGER note_server BEFORE UPDATE ON audit_query.arrival
            FOR EACH ROW EXECUTE FUNCTION audit_query.note_server();
        UPDATE audit_query.arrival SET last = last WHERE server IS NULL;
        """
}
