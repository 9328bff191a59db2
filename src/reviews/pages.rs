//! placeholder
use crate::web::routes::Routes;
pub fn routes(_r: &mut Routes) {}
