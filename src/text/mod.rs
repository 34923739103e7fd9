//! The words of the domain as types: each is parsed once, at the door, and cannot be wrong afterwards.
