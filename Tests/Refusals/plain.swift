// row: A Swift file without a struct that conforms to `Specification` by name
// options:

struct Plain {}
