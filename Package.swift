// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "distcheck",
  products: [
    .library(name: "DistCheck", targets: ["DistCheck"]),
    .executable(name: "distcheck", targets: ["distcheck-cli"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-system", from: "1.5.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.0"),
  ],
  targets: [
    // What a specification imports: the typed shell.
    .target(
      name: "DistCheck",
      dependencies: [
        "CDistCheckEngine", "DistCheckEngine", "DistCheckLogs", "DistCheckMessages", "DistCheckReporting",
      ]),
    // What the command asks of a compiled specification, and what that answers.
    .target(name: "DistCheckMessages", dependencies: ["DistCheckReporting"], path: "Sources/Messages"),
    // Text and JSON of what the engine found.
    .target(name: "DistCheckReporting", dependencies: ["DistCheckEngine"], path: "Sources/Reporting"),
    // Words, ordinals and functions: layout, visited set, search, traces.
    .target(
      name: "DistCheckEngine", dependencies: ["CDistCheckEngine", "DistCheckTemporal"], path: "Sources/Engine"),
    // Lines of logs: files, JSON, regular expressions.
    .target(name: "DistCheckLogs", path: "Sources/Logs"),
    // Formulas of temporal logic, and automata for them.
    .target(name: "DistCheckTemporal", path: "Sources/Temporal"),
    .target(name: "CDistCheckEngine", path: "Sources/CEngine"),
    // Signals of the command, from before its first line on.
    .target(name: "CDistCheckCommand", path: "Sources/CCommand"),
    // Named apart from the library, so that a file system that ignores case keeps their build folders apart.
    .executableTarget(
      name: "distcheck-cli",
      dependencies: [
        "DistCheck",  // not imported: it has to be there when specifications are compiled against it
        "CDistCheckCommand", "DistCheckEngine", "DistCheckMessages", "DistCheckReporting",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "SystemPackage", package: "swift-system"),
        .product(name: "Subprocess", package: "swift-subprocess"),
      ]),
    // The specifications as a module, so that editors complete them and tests import them.
    .target(name: "Specs", dependencies: ["DistCheck"], path: "Specs"),
    // Seeded random numbers and formulas, and how the executable is run: what tests have in common.
    .target(name: "TestSupport", dependencies: ["DistCheckTemporal"], path: "Tests/TestSupport"),
    .testTarget(name: "DistCheckTests", dependencies: ["DistCheck", "DistCheckEngine", "TestSupport"]),
    .testTarget(
      name: "EngineTests",
      dependencies: ["DistCheck", "DistCheckEngine", "DistCheckTemporal", "CDistCheckEngine", "TestSupport"]),
    .testTarget(name: "LogsTests", dependencies: ["DistCheckLogs", "TestSupport"]),
    .testTarget(name: "MessagesTests", dependencies: ["DistCheckMessages", "DistCheckReporting"]),
    .testTarget(name: "TemporalTests", dependencies: ["DistCheckTemporal", "TestSupport"]),
    .testTarget(name: "SpecsTests", dependencies: ["Specs", "DistCheck", "DistCheckEngine"]),
    .testTarget(
      name: "CommandTests", dependencies: ["distcheck-cli", "DistCheckReporting", "TestSupport"],
      exclude: ["Shapes"]),  // specifications that the tests compile with the executable
    // Imports nothing of the library: it has its own idea of what a specification means.
    .testTarget(name: "RandomSpecificationTests", dependencies: ["distcheck-cli", "TestSupport"]),
    .testTarget(name: "DocumentationTests", dependencies: ["distcheck-cli", "Specs", "DistCheck", "TestSupport"]),
  ],
  swiftLanguageModes: [.v6]
)

if Context.environment["CI"] != nil {
  // Not the tests: what Swift 6.3's own testing macros expand to has warnings.
  for target in package.targets where target.type != .test {
    target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
  }
}
