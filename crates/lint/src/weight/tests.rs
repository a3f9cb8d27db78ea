//! That the data of this room is read.

#[test]
fn names_are_known() {
    assert_eq!(super::name_case::known().get("networkmanager").map(String::as_str), Some("NetworkManager"));
}
