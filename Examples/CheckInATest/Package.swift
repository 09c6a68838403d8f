// swift-tools-version: 6.2
import PackageDescription

// A package of your own that checks a specification inside its tests. In yours, depend on distcheck by its URL.
let package = Package(
  name: "CheckInATest",
  dependencies: [.package(name: "distcheck", path: "../..")],
  targets: [
    .target(name: "LeaderLease", dependencies: [.product(name: "DistCheck", package: "distcheck")]),
    .testTarget(name: "LeaderLeaseTests", dependencies: ["LeaderLease"]),
  ],
  swiftLanguageModes: [.v6]
)
