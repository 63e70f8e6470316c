/// What a CloudTrail event was done to.
enum CloudTrailResource {
    /// Parameters of requests that name something, in the order in which they count.
    private static let parameters: [StaticString] = [
        "bucketName", "s3BucketName", "instanceId", "functionName", "layerName", "secretId", "keyId",
        "kmsKeyId",
        "aliasName", "dBInstanceIdentifier", "dBSnapshotIdentifier", "dBClusterIdentifier",
        "dBSubnetGroupName",
        "instanceProfileName", "roleName", "userName", "groupName", "policyArn", "policyName", "trailName",
        "trailNameList", "logGroupName", "tableName", "topicArn", "queueUrl", "streamName", "stackName",
        "clusterName", "repositoryName", "dashboardName", "documentName", "modelId", "commandId", "target",
        "trustAnchorId", "profileId", "certificateId", "detectorId", "snapshotId", "volumeId", "imageId",
        "networkInterfaceId", "securityGroupId", "groupId", "routeTableId", "internetGatewayId",
        "natGatewayId",
        "subnetId", "vpcId", "allocationId", "associationId", "launchTemplateId", "keyName",
        "resolverQueryLogConfigId", "fileSystemId", "configurationARN", "resourceArn", "resourceARN",
        "resourceId", "resourceName", "roleArn", "name", "names", "instanceIds", "alarmNames",
    ]
    /// Sets of parameters that say what is looked for, and not what is done something to.
    private static let otherSets: [StaticString] = [
        "filterSet", "accountAttributeNameSet", "regionSet", "availabilityZoneSet",
    ]

    /// The ARN of the first resource, else a parameter of the request that names one.
    static func name(in event: JSONValue) -> [UInt8]? {
        for resource in event["resources"]?.elements ?? [] {
            if let name = resource.first("ARN", "arn") { return name }
        }
        guard let request = event.object("requestParameters") else { return nil }
        return parameter(of: request) ?? element(ofSetIn: request)
    }

    private static func parameter(of request: JSONValue) -> [UInt8]? {
        parameters.lazy.compactMap { shown(request.member($0)) }.first
    }

    /// Of `instancesSet.items[]` the first member that is an id or a name.
    private static func element(ofSetIn request: JSONValue) -> [UInt8]? {
        for member in request.members where isSet(member.name) {
            for item in member.value["items"]?.elements ?? [] {
                for part in item.members where isName(part.name) {
                    if let name = shown(part.value) { return name }
                }
            }
        }
        return nil
    }

    private static func isSet(_ name: JSONValue) -> Bool {
        name.string?.ends(with: "Set") == true && !otherSets.contains { name.spells($0) }
    }

    private static func isName(_ name: JSONValue) -> Bool {
        name.string?.ends(with: "Id") == true || name.string?.ends(with: "Name") == true
    }

    private static func shown(_ value: JSONValue?) -> [UInt8]? {
        guard let text = value?.words, !text.elementsEqual("HIDDEN_DUE_TO_SECURITY_REASONS".utf8) else {
            return nil
        }
        return text
    }
}
