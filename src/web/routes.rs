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
pub use super::openapi::answers::Part;
use super::openapi::answers::{Content, Given, Taken};
use crate::ground::Error;
use crate::ground::limits::Limits;
use crate::ground::words::Word;
use crate::web::problem::METHOD_NOT_ALLOWED;

/// A parameter of the query, with a sentence.
#[derive(Clone)]
pub struct Query {
    pub name: &'static str,
    pub text: &'static str,
    pub schema: Option<RefOr<Schema>>,
}

/// What the documentation, the matrix and the tests know about a route.
#[derive(Clone)]
pub struct RouteInfo {
    pub method: Method,
    /// With `{names}`, from the root.
    pub path: String,
    /// The use case: the same word as the action, the policy row and the audit verb.
    pub use_case: &'static str,
    pub summary: String,
    pub query: Vec<Query>,
    pub takes: Taken,
    /// How much the fields of its body hold.
    pub limits: Limits,
    /// Its good answers, the usual one first.
    pub gives: Vec<Given>,
    /// Statuses of refusals that do not follow from what the route is.
    pub refuses: Vec<u16>,
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

    /// A parameter of the query; what it may be follows from its name (`openapi/parameters.rs`).
    pub fn query(&mut self, name: &'static str, text: &'static str) -> &mut Self {
        self.query.push(Query { name, text, schema: None });
        self
    }

    /// A parameter of the query that is one of the words of `T`.
    pub fn query_of<T: ToSchema>(&mut self, name: &'static str, text: &'static str) -> &mut Self {
        let schema = Some(self.schema_of::<T>());
        self.query.push(Query { name, text, schema });
        self
    }

    pub fn takes<T: ToSchema>(&mut self) -> &mut Self {
        self.takes = Taken::Json(Box::new(self.schema_of::<T>()));
        self
    }

    /// How much the fields of the body hold: the constants that its rules check.
    pub fn within(&mut self, limits: Limits) -> &mut Self {
        self.limits = limits;
        self
    }

    /// One file as multipart/form-data, and perhaps the measure that it is about.
    pub fn takes_a_file(&mut self) -> &mut Self {
        self.takes = Taken::Upload;
        self
    }

    /// Fields and files as multipart/form-data.
    pub fn takes_files(&mut self, parts: &'static [Part]) -> &mut Self {
        self.takes = Taken::Form(parts);
        self
    }

    pub fn gives<T: ToSchema>(&mut self, status: u16) -> &mut Self {
        let content = Content::Json(Box::new(self.schema_of::<T>()));
        self.giving(status, content)
    }

    /// 200 with an `ETag`.
    pub fn gives_version<T: ToSchema>(&mut self) -> &mut Self {
        self.gives::<T>(200).versioned()
    }

    /// 201 with `Location` and `ETag`.
    pub fn creates<T: ToSchema>(&mut self) -> &mut Self {
        self.gives::<T>(201).located().versioned()
    }

    /// `creates`, or 200 with the one that was there before.
    pub fn creates_once<T: ToSchema>(&mut self) -> &mut Self {
        self.creates::<T>().gives_version::<T>()
    }

    pub fn gives_nothing(&mut self) -> &mut Self {
        self.giving(204, Content::Nothing)
    }

    /// A JSON document that describes itself.
    pub fn gives_an_object(&mut self) -> &mut Self {
        self.giving(200, Content::Object)
    }

    /// Bytes, under one of these media types.
    pub fn gives_a_file(&mut self, kinds: impl IntoIterator<Item = &'static str>) -> &mut Self {
        self.giving(200, Content::File(kinds.into_iter().collect()))
    }

    /// The answer said last has `Location`.
    pub fn located(&mut self) -> &mut Self {
        if let Some(given) = self.gives.last_mut() {
            given.located = true;
        }
        self
    }

    /// The answer said last has an `ETag`.
    pub fn versioned(&mut self) -> &mut Self {
        if let Some(given) = self.gives.last_mut() {
            given.versioned = true;
        }
        self
    }

    /// Refusals that do not follow from what the route is (`openapi/answers.rs`).
    pub fn may_refuse(&mut self, statuses: &[u16]) -> &mut Self {
        self.refuses.extend_from_slice(statuses);
        self
    }

    fn giving(&mut self, status: u16, content: Content) -> &mut Self {
        self.gives.push(Given { status, content, located: false, versioned: false });
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
            takes: Taken::Nothing,
            limits: &[],
            gives: Vec::new(),
            refuses: Vec::new(),
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
