import DistCheckEngine

/// Which instances of an action may not be passed over for ever: see `fairness:` of ``Action``, and ``Model/fairness(_:of:)``.
public typealias Fairness = DistCheckEngine.Fairness
