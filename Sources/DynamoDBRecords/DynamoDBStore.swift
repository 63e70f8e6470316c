package import AuditStores
package import AuditRecords
internal import Threads
package import AWS

/// The table `audit-records` in DynamoDB, in one region or several that hold replicas of it.
///
/// Reads are Query and BatchGetItem, never Scan: that is ``TableScan``'s, which is an operator's.
package final class DynamoDBStore: RecordStore {
    /// Threads beside those of the requests, each with a connection and a small answer of its own: the unit's memory has room for them.
    static let mostReaders = 144
    /// Each that turns out needless has been paid for.
    package let readsAtOnce = 16
    /// For the partitions of all requests of a process together: those of as many days as are read at once, of eight shards each, wait
    /// for one round trip.
    private let readers = HelperThreads(limit: DynamoDBStore.mostReaders)
    /// Apart from those that read, since a write may wait for long.
    let writers = HelperThreads(limit: 7)
    let table: DynamoDBTable
    let reading: DynamoDBCalls
    let writing: DynamoDBCalls
    let isForWriting: Bool
    let listing: SystemListing
    /// Over how many partitions days are spread.
    let shards: KnownShards
    /// Records that are not where they would be written.
    let strays = Strays()
    /// Nil where an operator has named the systems.
    private let listed: ListedSystems?
    /// Nil where nobody follows.
    let stream: StreamReader?

    /// A store of a table.
    ///
    /// - Parameters:
    ///   - table: The names of the table and its indexes.
    ///   - reading: Asks DynamoDB in the regions to read from, the preferred one first.
    ///   - writing: Asks DynamoDB in the region to write to.
    ///   - isForWriting: Whether it belongs to whoever may write items and look them up by their keys, and nothing else. What
    ///     is looked up is then all that was written before to the region that is read.
    ///   - stream: How its stream is followed; nil where it is not.
    ///   - plan: Over how many partitions days are spread, for who knows that it is so; nil for what the table says of it.
    package init(
        table: DynamoDBTable, reading: ServiceClient, writing: ServiceClient, isForWriting: Bool = false,
        stream: StreamAccess? = nil, plan: ShardPlan? = nil
    ) {
        self.table = table
        let bodies = ByteGate(capacity: BodyRoom.capacity, lineLimit: .max)
        self.reading = DynamoDBCalls(client: reading, bodies: bodies, table: table.name)
        self.writing = DynamoDBCalls(client: writing, bodies: bodies, table: table.name)
        self.isForWriting = isForWriting
        self.stream = stream.map { access in
            StreamReader(
                StreamCalls(
                    table: table.name, tables: access.tables, streams: access.streams, bodies: bodies),
                access.pace, onFault: access.onFault)
        }
        listing = SystemListing(SystemListWrite(table: table.name, calls: self.writing))
        let kept = TableShards(calls: isForWriting ? self.writing : self.reading)
        shards =
            plan.map { KnownShards($0) }
            ?? (isForWriting ? KnownShards(writing: kept, wishes: table.shards) : KnownShards(reading: kept))
        let list = SystemList(calls: self.reading)
        listed =
            table.systems.isEmpty
            ? ListedSystems { deadline throws(StoreError) in
                try list.contents(most: DynamoDBTable.mostSystems, deadline: deadline)
            } : nil
    }

    /// Whether a key's systems are named to it, an operator has named those of the table, or its writers list them. True also
    /// where that list cannot be read just now: then a read fails and says so. Asks DynamoDB twice a minute at most.
    package func knowsSystems(in scope: SystemScope) -> Bool {
        guard !table.knowsSystems(in: scope), let listed else { return true }
        do throws(StoreError) {
            return try listed.systems() != nil
        } catch {
            return true
        }
    }

    /// Systems that an operator, the key or the table's writers have named, whether or not there are records; no index has users
    /// and resources in order.
    package func names(_ read: NameRead) throws(StoreError) -> NameRun? {
        read.kind == .system ? try table(for: read.scope).names(read) : nil
    }

    /// The table with the systems that are known of it, where those that a key may see are not known already.
    private func table(for scope: SystemScope) throws(StoreError) -> DynamoDBTable {
        guard !table.knowsSystems(in: scope), let listed else { return table }
        var table = table
        table.systems = try listed.systems() ?? []
        return table
    }

    /// Reads a run of one partition. Costs a round trip for a usual page, and more where a filter lets little
    /// through or one second has many records; for a day of all systems, and a system's day that is spread, some of each of its
    /// partitions, unless an index of an attribute has those that are wanted of all systems.
    package func read(_ read: PartitionRead) throws(StoreError) -> PartitionRun {
        switch read.partition {
        case .user, .resource: return try self.read(ShardRead(read: read, shard: nil))
        case .systemDay(let system, let day):
            let plan = try shards.plan()
            guard plan.count(of: system, on: day) > 1 else {
                return try self.read(ShardRead(read: read, shard: nil))
            }
            return try self.read(read, of: day, systems: [system], plan)
        case .day(let day):
            if table.attributeWay(for: read) != nil {
                return try self.read(ShardRead(read: read.bounded(by: day), shard: nil))
            }
            let table = try table(for: read.restriction.scope)
            guard table.knowsSystems(in: read.restriction.scope) else {
                throw StoreError(
                    .unavailable, "the table \(table.name) has no complete list of its systems")
            }
            return try self.read(
                read, of: day, systems: table.systems(in: read.restriction), try shards.plan())
        }
    }

    private func read(
        _ read: PartitionRead, of day: Day, systems: [Identifier], _ plan: ShardPlan
    ) throws(StoreError) -> PartitionRun {
        var run = DayRun(read, of: day, systems: systems, plan: plan) { [self] parts in
            readers.map(parts.count) { [self] index in
                Result { () throws(StoreError) in try self.read(parts[index]) }
            }
        }
        return try run.page()
    }

    /// Reads a run of one partition of the table or of an index.
    private func read(_ part: ShardRead) throws(StoreError) -> PartitionRun {
        try QueryRun(part.read, shard: part.shard, table: table, calls: reading).page()
    }

    /// Reads several partitions at once, as far as there are free threads.
    package func read(_ reads: [PartitionRead]) -> [Result<PartitionRun, StoreError>] {
        readers.map(reads.count) { [self] index in
            Result { () throws(StoreError) in try read(reads[index]) }
        }
    }

    /// Why DynamoDB would refuse a record: too large, a number too long, an attribute without a name, or one that an index is made
    /// of and that is no key.
    package func fault(of record: AuditRecord) -> String? {
        // Where the plan cannot be read, nothing is written.
        let shard = (try? shards.planOfWriting())?.shard(of: record.key)
        return ItemWriter.fault(of: record, shard: shard) ?? table.indexFault(of: record)
    }

    /// Returns when the table answers a Query, which needs no other right than reading does; one to write to, when it
    /// answers a BatchGetItem.
    package func probe() throws(StoreError) {
        let deadline = ContinuousClock.now + .seconds(10)
        guard !isForWriting else {
            let nobody = RecordKey(
                systemId: Identifier("audit-query-probe"), instant: Day(daysSince1970: 0).start,
                auditId: Identifier("-"))
            _ = try fetch([nobody], budget: Budget(soft: deadline, deadline: deadline))
            return
        }
        let nobody = PartitionRead(
            partition: .systemDay(Identifier("audit-query-probe"), Day(daysSince1970: 0)),
            range: TimeRange(start: nil, end: nil), order: .ascending, after: nil,
            restriction: Restriction(scope: .all), limit: 1,
            budget: Budget(soft: .now, deadline: deadline))
        _ = try read(ShardRead(read: nobody, shard: nil))
    }
}

/// How a table's stream is reached: in one region, that of the table.
package struct StreamAccess: Sendable {
    let tables: ServiceClient
    let streams: ServiceClient
    let pace: StreamPace
    let onFault: @Sendable (ItemFault) -> Void

    /// Clients of DynamoDB and of its streams, both of the same one region, and who is told of items in the stream that are no records:
    /// they are passed over.
    package init(
        tables: ServiceClient, streams: ServiceClient, pace: StreamPace = StreamPace(),
        onFault: @escaping @Sendable (ItemFault) -> Void = { _ in }
    ) {
        (self.tables, self.streams) = (tables, streams)
        (self.pace, self.onFault) = (pace, onFault)
    }
}
