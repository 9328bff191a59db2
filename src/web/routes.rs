//! The route table: every route with its use case, so that mounting, OpenAPI and the policy matrix
//! read the same list. A path that is known but not for the method answers 405.

use std::collections::BTreeMap;
use std::future::ready;

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{Handler, HttpRequest, HttpResponse, Responder, ResponseError, Route, web};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::failure::Failure;
use crate::ground::Error;
use crate::ground::words::Word;
use crate::web::problem::METHOD_NOT_ALLOWED;

/// What the documentation, the matrix and the tests know about a route.
#[derive(Clone)]
pub struct RouteInfo {
    pub method: Method,
    /// With `{names}`, from the root.
    pub path: String,
    /// The use case: the same word as the action, the policy row and the audit verb.
    pub use_case: &'static str,
    pub summary: String,
    /// Query parameters with a sentence each.
    pub query: Vec<(&'static str, &'static str)>,
    pub body: Option<RefOr<Schema>>,
    pub answer: Option<(u16, Option<RefOr<Schema>>)>,
    pub schemas: Vec<(String, RefOr<Schema>)>,
    /// Whether edits demand If-Match.
    pub if_match: bool,
    /// Whether the answer holds a secret: it is never kept, whatever key the request has.
    pub secret: bool,
}

impl RouteInfo {
    pub fn summary(&mut self, text: &str) -> &mut Self {
        text.clone_into(&mut self.summary);
        self
    }

    pub fn query(&mut self, name: &'static str, text: &'static str) -> &mut Self {
        self.query.push((name, text));
        self
    }

    pub fn takes<T: ToSchema>(&mut self) -> &mut Self {
        self.body = Some(self.schema_of::<T>());
        self
    }

    pub fn gives<T: ToSchema>(&mut self, status: u16) -> &mut Self {
        let schema = self.schema_of::<T>();
        self.answer = Some((status, Some(schema)));
        self
    }

    pub fn gives_nothing(&mut self, status: u16) -> &mut Self {
        self.answer = Some((status, None));
        self
    }

    pub fn if_match(&mut self) -> &mut Self {
        self.if_match = true;
        self
    }

    pub fn secret(&mut self) -> &mut Self {
        self.secret = true;
        self
    }

    fn schema_of<T: ToSchema>(&mut self) -> RefOr<Schema> {
        let name = T::name().into_owned();
        self.schemas.push((name.clone(), <T as PartialSchema>::schema()));
        T::schemas(&mut self.schemas);
        utoipa::openapi::schema::Ref::from_schema_name(name).into()
    }
}

/// Collects routes; `mount` hands them to actix.
#[derive(Default)]
pub struct Routes {
    infos: Vec<RouteInfo>,
    resources: BTreeMap<String, Vec<Route>>,
    order: Vec<String>,
}

impl Routes {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn get<F, Args>(&mut self, path: &str, use_case: impl Word, handler: F) -> &mut RouteInfo
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        // HEAD answers as GET does; actix drops the body.
        self.resources.entry(path.to_owned()).or_default().push(web::head().to(handler.clone()));
        self.add(Method::GET, path, use_case, web::get().to(handler))
    }

    pub fn post<F, Args>(&mut self, path: &str, use_case: impl Word, handler: F) -> &mut RouteInfo
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(Method::POST, path, use_case, web::post().to(handler))
    }

    pub fn put<F, Args>(&mut self, path: &str, use_case: impl Word, handler: F) -> &mut RouteInfo
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(Method::PUT, path, use_case, web::put().to(handler)).if_match()
    }

    pub fn delete<F, Args>(&mut self, path: &str, use_case: impl Word, handler: F) -> &mut RouteInfo
    where
        F: Handler<Args>,
        Args: actix_web::FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        self.add(Method::DELETE, path, use_case, web::delete().to(handler))
    }

    fn add(&mut self, method: Method, path: &str, use_case: impl Word, route: Route) -> &mut RouteInfo {
        if !self.order.iter().any(|p| p == path) {
            self.order.push(path.to_owned());
        }
        self.resources.entry(path.to_owned()).or_default().push(route);
        self.infos.push(RouteInfo {
            method,
            path: path.to_owned(),
            use_case: use_case.word(),
            summary: String::new(),
            query: Vec::new(),
            body: None,
            answer: None,
            schemas: Vec::new(),
            if_match: false,
            secret: false,
        });
        self.infos.last_mut().expect("one was just pushed")
    }

    /// The methods of a path, as the header `Allow` lists them.
    fn allowed(&self, path: &str) -> String {
        let methods = self.infos.iter().filter(|info| info.path == path).map(|info| info.method.as_str());
        methods.flat_map(|method| if method == "GET" { vec![method, "HEAD"] } else { vec![method] }).collect::<Vec<_>>().join(", ")
    }

    /// The table without the handlers.
    pub fn infos(&self) -> &[RouteInfo] {
        &self.infos
    }

    /// Hands the routes whose path passes `select` to actix, without `prefix`, in the order added.
    pub fn mount(&mut self, config: &mut web::ServiceConfig, prefix: &str, select: impl Fn(&str) -> bool) {
        // Fixed segments before captured ones, so that `/surveys/new` is never an id.
        let mut paths: Vec<String> = self.order.iter().filter(|p| select(p)).cloned().collect();
        paths.sort_by_key(|p| p.matches('{').count());
        for path in paths {
            let routes = self.resources.remove(&path).unwrap_or_default();
            let allow = self.allowed(&path);
            let mut resource = web::resource(path.strip_prefix(prefix).unwrap_or(&path));
            for route in routes {
                resource = resource.route(route);
            }
            config.service(resource.default_service(web::to(move |request| ready(method_not_allowed(&request, &allow)))));
        }
    }
}

fn method_not_allowed(request: &HttpRequest, allow: &str) -> HttpResponse {
    let mut answer = Failure::new(Error::Conflict(METHOD_NOT_ALLOWED), request).error_response();
    if let Ok(allow) = HeaderValue::try_from(allow) {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}

/// For paths nobody has.
pub async fn not_found(request: HttpRequest) -> Result<HttpResponse, Failure> {
    Err(Failure::new(Error::NotFound("page"), &request))
}
