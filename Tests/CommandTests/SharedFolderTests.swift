import Foundation
import TestSupport
import Testing

/// Two searches in one folder, and files in it that are not ours.
@Suite struct SharedFolderTests {
  private let workspace: Workspace

  init() async throws {
    try await Library.compiled.wait(for: .long)
    workspace = try Workspace(in: Library.workspace)
  }

  private static let search = "\"$distcheck\" ../long.swift --model narrow -D limit=45 --threads 1 --memory 16M"

  /// The second is refused and told who has the folder; the first comes to the right numbers.
  @Test(arguments: [
    "--spill disk", "--spill disk --checkpoint CK", "--spill . --checkpoint saved", "--checkpoint saved",
  ])
  func twoAtOnce(folders: String) async throws {
    let (first, second) = (
      folders.replacing("CK", with: "saved"), folders.replacing("CK", with: "other")
    )
    let search = folders.contains("--spill") ? Self.search : Self.search.replacing("16M", with: "256M")
    let outcome = try await workspace.shell(
      """
      \(search) \(first) --json > first &
      for i in $(seq 100); do ls .distcheck-*-lock */.distcheck-*-lock 2> /dev/null | grep -q . && break; sleep 0.02; done
      \(search) \(second) > second 2> errors
      echo $?
      wait $!
      echo $?
      """)
    #expect(outcome.output == "64\n0\n")
    let errors = try workspace.contents(of: "errors")
    #expect(errors.contains(/another search is going on here, process \d+\n$/))
    #expect(errors.split(separator: "\n").count == 1)
    // (m+1)^n states.
    let report = try JSONSerialization.jsonObject(with: Data(try workspace.contents(of: "first").utf8))
    #expect((report as? [String: Any])?["distinctStates"] as? Int == 4_477_456)
    #expect(!workspace.names().contains { $0.hasPrefix(".distcheck") })
  }

  @Test func twoResumptions() async throws {
    let first = try await workspace.shell("\(Self.search) --spill disk --checkpoint saved --timeout 500ms")
    #expect(first.code == 20)
    let outcome = try await workspace.shell(
      """
      "$distcheck" resume saved --threads 1 --json > first &
      for i in $(seq 100); do ls saved/.distcheck-*-lock 2> /dev/null | grep -q . && break; sleep 0.02; done
      "$distcheck" resume saved > second 2> errors
      echo $?
      wait $!
      echo $?
      """)
    #expect(outcome.output == "64\n0\n")
    #expect(try workspace.contents(of: "errors").contains("saved: another search is going on here, process "))
    let report = try JSONSerialization.jsonObject(with: Data(try workspace.contents(of: "first").utf8))
    #expect((report as? [String: Any])?["distinctStates"] as? Int == 4_477_456)
    #expect(workspace.names(in: "saved").isEmpty && workspace.names(in: "disk").isEmpty)
  }

  /// What the user has in the folder, or what links there lead to, stays as it is.
  @Test(arguments: ["states", "items", "checkpoint", "checkpoint.new"], [false, true])
  func filesOfTheUser(name: String, isLink: Bool) async throws {
    if isLink {
      try workspace.write("victim", "precious\n")
      try FileManager.default.createDirectory(
        at: workspace.folder.appending(path: "here"), withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: workspace.folder.appending(path: "here/\(name)").path, withDestinationPath: "../victim")
    } else {
      try workspace.write("here/\(name)", "precious\n")
    }
    let outcome = try await workspace.shell(
      "cd here && \(Self.search.replacing("../", with: "../../")) --spill . --checkpoint .")
    #expect(outcome.code == 64)
    #expect(outcome.errors.contains("\(name): is there already, and is no"))
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(workspace.names(in: "here") == [name])
    #expect(try workspace.contents(of: "here/\(name)") == "precious\n")
  }

  /// A state that is lost on disk meanwhile is no verdict.
  @Test func changedMeanwhile() async throws {
    let outcome = try await workspace.shell(
      """
      \(Self.search.replacing("35", with: "45")) --spill disk --checkpoint saved > out 2>&1 &
      for i in $(seq 500); do [ $(stat -c %s disk/states 2> /dev/null || echo 0) -gt 100000 ] && break; sleep 0.01; done
      dd if=/dev/zero of=disk/states bs=1 seek=65000 count=8 conv=notrunc 2> /dev/null
      wait $!
      echo $?
      """)
    #expect(outcome.output == "20\n")
    #expect(try workspace.contents(of: "out").contains("disk/states: is not what was written to it"))
  }
}
