//! The description of the interface (OpenAPI 3.1), served beside it and held against it by tests.

use serde_json::{Value, json};

use super::answer;
use crate::pages::Answer;

/// `GET /api/v1/openapi.json`
pub(crate) async fn show() -> Answer {
    Ok(answer(&document()))
}

/// The whole description.
pub(super) fn document() -> Value {
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "半边天数据接口",
            "version": "1",
            "description": "已公布的妇女儿童统计数据，按对外公布的口径：小样本及能推算出它的数据不提供。每个数值注明所在的数据版本。令牌由系统管理员发放，放在请求头 Authorization: Bearer 中；每个令牌每分钟最多120次请求。",
        },
        "security": [{ "token": [] }],
        "paths": {
            "/api/v1/indicators": {
                "get": operation("指标解释", &[], "Indicators", &[]),
            },
            "/api/v1/regions/{ref_area}/editions": {
                "get": operation("数据版本", &["ref_area"], "Editions", &[]),
            },
            "/api/v1/regions/{ref_area}/editions/{period}/{number}": {
                "get": operation("一版数据", &["ref_area", "period", "number"], "Edition", &["format"]),
            },
            "/api/v1/regions/{ref_area}/figures": {
                "get": operation(
                    "各报告期最新版本的数据",
                    &["ref_area"],
                    "Figures",
                    &["indicator", "from", "to", "sex", "residence", "format"],
                ),
            },
        },
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas(),
        },
    })
}

/// One operation: what it tells, the parts of its address, its answer, its filters.
fn operation(summary: &str, parts: &[&str], schema: &str, filters: &[&str]) -> Value {
    let parameter = |name: &&str, place: &str| {
        json!({
            "name": name,
            "in": place,
            "required": place == "path",
            "description": description(name),
            "schema": { "type": "string" },
        })
    };
    let parameters: Vec<Value> = parts
        .iter()
        .map(|name| parameter(name, "path"))
        .chain(filters.iter().map(|name| parameter(name, "query")))
        .collect();
    let mut content = json!({
        "application/json": { "schema": { "$ref": format!("#/components/schemas/{schema}") } },
    });
    if filters.contains(&"format") {
        content["text/csv"] = json!({ "schema": { "type": "string" } });
    }
    let refusal = |words: &str| {
        json!({
            "description": words,
            "content": {
                "application/json": { "schema": { "$ref": "#/components/schemas/Problem" } },
            },
        })
    };
    json!({
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": { "description": summary, "content": content },
            "401": refusal("没有令牌，或令牌无效、过期、已停用"),
            "403": refusal("令牌不包括这个地区"),
            "404": refusal("没有这项内容"),
            "429": refusal("请求过于频繁"),
        },
    })
}

fn description(name: &str) -> &'static str {
    match name {
        "ref_area" => "区划代码，6至12位数字",
        "period" => "报告期，如2025",
        "number" => "版本号，从1开始",
        "indicator" => "指标或数据项代码，多个用逗号分开",
        "from" => "起始年份",
        "to" => "终止年份",
        "sex" => "性别：_T合计、F女、M男，多个用逗号分开",
        "residence" => "城乡：_T合计、U城镇、R农村，多个用逗号分开",
        _ => "json（默认）或csv",
    }
}

/// An object whose properties are all there in every answer.
fn object(properties: &Value) -> Value {
    let names: Vec<String> =
        properties.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
    json!({ "type": "object", "required": names, "properties": properties })
}

fn list(schema: &str) -> Value {
    json!({
        "type": "array",
        "items": { "$ref": format!("#/components/schemas/{schema}") },
    })
}

fn schemas() -> Value {
    let text = || json!({ "type": "string" });
    let number = || json!({ "type": "integer" });
    json!({
        "Problem": object(&json!({ "error": text() })),
        "Indicators": object(&json!({ "indicators": list("Indicator") })),
        "Indicator": object(&json!({
            "code": text(), "name": text(), "domain": text(), "unit": text(), "unit_label": text(),
            "decimals": number(), "direction": text(), "definition": text(), "formula": text(),
            "sources": { "type": "array", "items": text() }, "source_variant": text(),
            "period_rule": text(), "definition_version": number(), "valid_from": number(),
        })),
        "Editions": object(&json!({ "ref_area": text(), "editions": list("EditionHead") })),
        "EditionHead": object(&json!({
            "period": text(), "number": number(), "label": text(),
            "kind": { "type": "string", "enum": ["preliminary", "final", "revised"] },
            "notes": text(), "figures": number(), "published_at": text(), "hash": text(),
            "previous_hash": text(),
        })),
        "Edition": object(&json!({
            "ref_area": text(),
            "edition": { "$ref": "#/components/schemas/EditionHead" },
            "figures": list("Figure"),
        })),
        "Figures": object(&json!({ "ref_area": text(), "figures": list("Figure") })),
        "Figure": object(&json!({
            "indicator": text(), "name": text(), "unit": { "type": ["string", "null"] },
            "period": text(), "sex": text(), "residence": text(), "age": text(), "group": text(),
            "source": text(),
            "value": { "type": ["string", "null"], "description": "按公布的位数；缺数或不公布时为空" },
            "missing": {
                "type": ["object", "null"],
                "properties": { "reason": text(), "note": text() },
            },
            "obs_status": text(), "conf_status": text(), "unit_mult": number(),
            "definition_version": number(), "explanation": text(),
            "edition": { "type": "object", "properties": { "period": text(), "number": number() } },
        })),
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::permission::ROUTES;

    #[test]
    fn every_address_is_described() {
        let document = document();
        let told: BTreeSet<&str> =
            document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
        let routes = ROUTES.iter().map(|route| route.path);
        let served: BTreeSet<&str> = routes
            .filter(|path| path.starts_with("/api/") && !path.ends_with("openapi.json"))
            .collect();
        assert_eq!(told, served);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let text = document().to_string();
        let schemas = schemas();
        for reference in text.split("#/components/schemas/").skip(1) {
            let name = reference.split('"').next().unwrap();
            assert!(schemas.get(name).is_some(), "{name}");
        }
    }
}
