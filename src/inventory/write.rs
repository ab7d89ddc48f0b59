//! Writing.
use super::Inventory;
/// Writes.
///
/// # Errors
/// IO.
pub fn write_folder(_inventory: &Inventory, _directory: &std::path::Path) -> std::io::Result<()> {
    Ok(())
}
